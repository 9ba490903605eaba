package org.learnedsparse.fusion;

import java.io.IOException;
import org.elasticsearch.common.ParsingException;
import org.elasticsearch.common.xcontent.SuggestingErrorOnUnknown;
import org.elasticsearch.search.retriever.RetrieverBuilder;
import org.elasticsearch.search.retriever.RetrieverParserContext;
import org.elasticsearch.xcontent.NamedObjectNotFoundException;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.query.SettingsReader;

/**
 * Reads an element of {@code retrievers}: a retriever, or an object that holds one with its weight
 * and normalizer.
 */
final class ChildParser {
  /**
   * An element.
   *
   * @param normalizer null where none is given
   */
  record Parsed(RetrieverBuilder retriever, double weight, Normalizer normalizer) {}

  private final SettingsReader settings;
  private final RetrieverParserContext context;
  private RetrieverBuilder retriever;

  /** The name of the retriever where it is the element itself. */
  private String bare;

  /** The name of a setting beside the retriever. */
  private String beside;

  private double weight = 1;
  private Normalizer normalizer;

  private ChildParser(SettingsReader settings, RetrieverParserContext context) {
    this.settings = settings;
    this.context = context;
  }

  /** Reads the element that the parser is at the start of. */
  static Parsed parse(SettingsReader settings, RetrieverParserContext context) throws IOException {
    XContentParser parser = settings.parser();
    if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
      throw settings.error(
          "must be an object with a retriever, got [" + parser.currentToken() + "]");
    }
    ChildParser child = new ChildParser(settings, context);
    while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
      String setting = parser.currentName();
      parser.nextToken();
      child.read(setting);
    }
    return child.build();
  }

  private void read(String setting) throws IOException {
    switch (setting) {
      case FusionParser.RETRIEVER -> {
        refuseSecond(setting);
        retriever = wrapped();
      }
      case FusionParser.WEIGHT -> {
        weight = settings.atLeastZero(setting);
        beside = setting;
      }
      case FusionParser.NORMALIZER -> {
        normalizer = settings.oneOf(setting, Normalizer.values());
        beside = setting;
      }
      default -> {
        refuseSecond(setting);
        bare = setting;
        retriever = retriever(setting);
      }
    }
  }

  private void refuseSecond(String setting) {
    if (retriever != null) {
      throw settings.error(
          "has ["
              + setting
              + "] beside a retriever; each element takes one, and known beside it are [normalizer, retriever, weight]");
    }
  }

  private RetrieverBuilder wrapped() throws IOException {
    XContentParser parser = settings.parser();
    if (parser.currentToken() != XContentParser.Token.START_OBJECT
        || parser.nextToken() != XContentParser.Token.FIELD_NAME) {
      throw settings.error(
          "needs an object with one retriever as [retriever], such as {\"standard\": {...}}");
    }
    String name = parser.currentName();
    parser.nextToken();
    RetrieverBuilder wrapped = retriever(name);
    if (parser.nextToken() != XContentParser.Token.END_OBJECT) {
      throw settings.error(
          "has ["
              + parser.currentName()
              + "] beside ["
              + name
              + "] in [retriever], which takes one retriever");
    }
    return wrapped;
  }

  /** Reads the body that the parser is at the start of, to its end. */
  private RetrieverBuilder retriever(String name) throws IOException {
    XContentParser parser = settings.parser();
    if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
      throw settings.error(
          "needs an object as the body of retriever ["
              + name
              + "], got ["
              + parser.currentToken()
              + "]");
    }
    try {
      RetrieverBuilder read = parser.namedObject(RetrieverBuilder.class, name, context);
      context.trackRetrieverUsage(name);
      return read;
    } catch (NamedObjectNotFoundException e) {
      throw new ParsingException(
          parser.getTokenLocation(),
          "%s has the unknown retriever [%s]%s"
              .formatted(
                  settings.place(),
                  name,
                  SuggestingErrorOnUnknown.suggest(name, e.getCandidates())),
          e);
    }
  }

  private Parsed build() {
    if (retriever == null) {
      throw settings.error("needs a retriever, as {\"standard\": {...}} or as [retriever]");
    }
    if (bare != null && beside != null) {
      throw settings.error(
          "has [%s] beside [%s]; write {\"retriever\": {\"%s\": {...}}, \"%s\": ...}"
              .formatted(beside, bare, bare, beside));
    }
    return new Parsed(retriever, weight, normalizer);
  }
}
