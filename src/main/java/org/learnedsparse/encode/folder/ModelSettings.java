package org.learnedsparse.encode.folder;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What {@code model.json} says of a model, and where it says nothing, what its folder tells.
 *
 * @param description for people
 * @param texts how texts are encoded; null for a model that encodes none
 * @param feedback how a query's vector is changed by those of documents; null for a model that
 *     changes none
 */
public record ModelSettings(String description, Texts texts, FeedbackRoute feedback) {
  private static final String FILE = "model.json";
  private static final int LONGEST = 1 << 20;
  private static final String MAX_LENGTH = "max_length";
  private static final String DOCUMENT = "document";
  private static final String QUERY = "query";
  private static final String FEEDBACK = "feedback";

  /**
   * How texts are encoded.
   *
   * @param maxLength the most tokens in one window, special tokens included
   * @param overlap how many tokens two consecutive windows share
   * @param document how documents are encoded
   * @param query how queries are encoded
   */
  public record Texts(int maxLength, int overlap, Route document, Route query) {
    public Texts {
      if (maxLength < 8 || maxLength > LONGEST) {
        throw new ModelException("[max_length] is [" + maxLength + "]; it must be 8 to 1048576");
      }
      if (overlap < 0 || overlap > maxLength / 2) {
        throw new ModelException(
            "[overlap] is ["
                + overlap
                + "]; it must be 0 to half of max_length ["
                + maxLength
                + "]");
      }
    }
  }

  /** Reads the settings of the model in {@code folder}. */
  public static ModelSettings read(Path folder) throws IOException {
    JsonSettings json =
        new JsonSettings(
            FILE,
            ModelFiles.exists(folder, FILE) ? ModelFiles.object(folder, FILE) : new JsonObject());
    String description = json.string("description", "");
    JsonElement feedback = json.element(FEEDBACK);
    JsonElement document = json.element(DOCUMENT);
    JsonElement query = json.element(QUERY);
    // Beside the one graph, others would be guessed.
    boolean encodes = feedback == null || document != null || query != null;
    ModelSettings settings =
        new ModelSettings(
            description,
            encodes ? texts(folder, json, document, query) : null,
            feedback == null ? null : FeedbackRoute.read(feedback, FEEDBACK));
    json.refuseOthers();
    return settings;
  }

  private static Texts texts(
      Path folder, JsonSettings json, JsonElement document, JsonElement query) throws IOException {
    FolderLayout layout = detect(folder);
    int maxLength = json.integer(MAX_LENGTH, layout.maxLength(), 8, LONGEST);
    return new Texts(
        maxLength,
        json.integer("overlap", maxLength / 8, 0, LONGEST),
        RouteReader.read(layout.document(document), DOCUMENT),
        RouteReader.read(layout.query(document, query), QUERY));
  }

  private static FolderLayout detect(Path folder) throws IOException {
    try {
      return FolderLayout.detect(folder);
    } catch (ModelException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ModelException(
          "[modules.json] or a configuration that it names has another structure than"
              + " sentence-transformers gives it ("
              + e.getMessage()
              + "); save the model again, or remove [modules.json] and state both routes in ["
              + FILE
              + "]",
          e);
    }
  }
}
