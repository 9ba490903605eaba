package org.learnedsparse.mapper;

import java.io.IOException;
import java.util.Map;
import org.elasticsearch.common.logging.HeaderWarning;
import org.elasticsearch.common.lucene.Lucene;
import org.elasticsearch.index.analysis.NamedAnalyzer;
import org.elasticsearch.index.mapper.DocumentParserContext;
import org.elasticsearch.index.mapper.FieldMapper;
import org.elasticsearch.index.mapper.MapperBuilderContext;
import org.elasticsearch.index.mapper.MapperParsingException;
import org.elasticsearch.xcontent.XContentBuilder;
import org.elasticsearch.xcontent.XContentParser;
import org.learnedsparse.vector.Quantiser;

/**
 * Indexes {@code {term: weight, …}}, or an array of such objects, as impacts. In an array, and
 * wherever else a document gives a term twice, the largest weight counts.
 *
 * <p>A weight above {@code max_weight} is stored as {@code max_weight}; the document then lists the
 * field in {@code _ignored}, the response carries a warning, and the statistics count it.
 */
public final class LearnedSparseFieldMapper extends FieldMapper {
  /** The type's name in mappings. */
  public static final String TYPE = "learned_sparse";

  /** The model of a field whose mapping names none. */
  public static final String DEFAULT_MODEL = "default";

  /**
   * The maximum weight of a field whose mapping gives none. SPLADE's log(1 + relu) stays below it
   * for logits up to 53, far above what its models give.
   */
  static final float DEFAULT_MAX_WEIGHT = 4;

  private static LearnedSparseFieldMapper cast(FieldMapper mapper) {
    return (LearnedSparseFieldMapper) mapper;
  }

  /** Reads the parameters of a mapping. */
  static final class Builder extends FieldMapper.Builder {
    private final String index;
    private final WeightsAboveMaximum aboveMaximum;

    private final Parameter<String> model =
        Parameter.stringParam("model", false, m -> cast(m).fieldType().model(), DEFAULT_MODEL)
            .addValidator(this::checkModel);
    private final Parameter<Float> maxWeight =
        new Parameter<>(
                "max_weight",
                false,
                () -> DEFAULT_MAX_WEIGHT,
                (name, context, value) -> number(name, value),
                m -> cast(m).fieldType().quantiser().maxWeight(),
                XContentBuilder::field,
                String::valueOf)
            .addValidator(this::checkMaxWeight);
    private final Parameter<Map<String, String>> meta = Parameter.metaParam();

    Builder(String name, String index, WeightsAboveMaximum aboveMaximum) {
      super(name);
      this.index = index;
      this.aboveMaximum = aboveMaximum;
    }

    private static float number(String field, Object value) {
      if (value instanceof Number number) {
        return number.floatValue();
      }
      throw new MapperParsingException(
          "[max_weight] of field [" + field + "] is [" + value + "]; it must be a number");
    }

    private void checkModel(String value) {
      if (value.isEmpty()) {
        throw new MapperParsingException("[model] of field [" + leafName() + "] is empty");
      }
    }

    private void checkMaxWeight(float value) {
      if (Quantiser.isValidMaximum(value) == false) {
        throw new MapperParsingException(
            "[max_weight] of field ["
                + leafName()
                + "] is ["
                + value
                + "]; it must be a finite number above 0");
      }
    }

    @Override
    protected Parameter<?>[] getParameters() {
      return new Parameter<?>[] {model, maxWeight, meta};
    }

    @Override
    public FieldMapper build(MapperBuilderContext context) {
      if (copyTo.copyToFields().isEmpty() == false) {
        throw new MapperParsingException(unsupported("copy_to"));
      }
      if (multiFieldsBuilder.hasMultiFields()) {
        throw new MapperParsingException(unsupported("fields"));
      }
      LearnedSparseFieldType type =
          new LearnedSparseFieldType(
              context.buildFullName(leafName()),
              model.get(),
              new Quantiser(maxWeight.get()),
              meta.get());
      return new LearnedSparseFieldMapper(
          leafName(), type, builderParams(this, context), index, aboveMaximum);
    }

    private String unsupported(String parameter) {
      return "field ["
          + leafName()
          + "] of type ["
          + TYPE
          + "] does not support ["
          + parameter
          + "]: its value is an object of weights by term";
    }
  }

  private final String index;
  private final WeightsAboveMaximum aboveMaximum;

  private LearnedSparseFieldMapper(
      String leafName,
      LearnedSparseFieldType type,
      BuilderParams params,
      String index,
      WeightsAboveMaximum aboveMaximum) {
    super(leafName, type, params);
    this.index = index;
    this.aboveMaximum = aboveMaximum;
  }

  /** The parser of this type's mappings. */
  public static TypeParser parser(WeightsAboveMaximum aboveMaximum) {
    return new TypeParser(
        (name, context) ->
            new Builder(name, context.getIndexSettings().getIndex().getName(), aboveMaximum),
        notInMultiFields(TYPE));
  }

  @Override
  public LearnedSparseFieldType fieldType() {
    return (LearnedSparseFieldType) super.fieldType();
  }

  @Override
  protected String contentType() {
    return TYPE;
  }

  @Override
  public FieldMapper.Builder getMergeBuilder() {
    return new Builder(leafName(), index, aboveMaximum).init(this);
  }

  @Override
  public Map<String, NamedAnalyzer> indexAnalyzers() {
    return Map.of(fullPath(), Lucene.KEYWORD_ANALYZER);
  }

  @Override
  protected boolean supportsParsingObject() {
    return true;
  }

  @Override
  protected void parseCreateField(DocumentParserContext context) throws IOException {
    if (context.parser().currentToken() == XContentParser.Token.VALUE_NULL) {
      return;
    }
    ImpactsField impacts = (ImpactsField) context.doc().getByKey(fullPath());
    ImpactsField target =
        impacts != null ? impacts : new ImpactsField(fullPath(), fieldType().quantiser());
    int[] counts = new int[2];
    boolean outer = context.path().isWithinLeafObject();
    // Terms are raw tokens: a dot in one is no path.
    context.path().setWithinLeafObject(true);
    try {
      WeightsParser.parse(
          context.parser(),
          (term, weight) -> {
            if (weight > 0) {
              target.add(term, weight);
              counts[0]++;
              counts[1] += fieldType().quantiser().isAboveMaximum(weight) ? 1 : 0;
            }
          });
    } finally {
      context.path().setWithinLeafObject(outer);
    }
    if (impacts == null && counts[0] > 0) {
      context.doc().addWithKey(fullPath(), target);
      context.addToFieldNames(fullPath());
    }
    if (counts[1] > 0) {
      reportAboveMaximum(context, counts[1]);
    }
  }

  private void reportAboveMaximum(DocumentParserContext context, int weights) {
    aboveMaximum.count(index, fullPath(), weights);
    context.addIgnoredField(fullPath());
    // The same text for every document, so that a bulk request carries the warning once.
    HeaderWarning.addWarning(
        "field [{}] of index [{}] got weights above its [max_weight] of [{}]; they are stored as"
            + " [max_weight]. The documents list the field in [_ignored]",
        fullPath(),
        index,
        fieldType().quantiser().maxWeight());
  }
}
