package org.learnedsparse.encode.folder;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Set;
import java.util.TreeSet;

/** The settings in one JSON object; a wrong type or an unknown name is an error that says so. */
final class JsonSettings {
  private final String where;
  private final JsonObject json;
  private final Set<String> known = new TreeSet<>();

  /**
   * @param where the object stands, for messages
   */
  JsonSettings(String where, JsonElement json) {
    this.where = where;
    if (json instanceof JsonObject object) {
      this.json = object;
    } else {
      throw new ModelException("[" + where + "] is [" + json + "]; it must be an object");
    }
  }

  boolean has(String name) {
    known.add(name);
    return json.has(name);
  }

  JsonElement element(String name) {
    return has(name) ? json.get(name) : null;
  }

  String string(String name, String otherwise) {
    if (has(name) == false) {
      return otherwise;
    }
    if (json.get(name) instanceof JsonPrimitive value && value.isString()) {
      return value.getAsString();
    }
    throw wrong(name, "a string");
  }

  /** The name of a file in the model's folder. */
  String file(String name, String otherwise) {
    String file = string(name, otherwise);
    if (file != null && (file.isBlank() || file.indexOf('\0') >= 0)) {
      throw wrong(name, "the name of a file in the model's folder");
    }
    return file;
  }

  boolean bool(String name, boolean otherwise) {
    if (has(name) == false) {
      return otherwise;
    }
    if (json.get(name) instanceof JsonPrimitive value && value.isBoolean()) {
      return value.getAsBoolean();
    }
    throw wrong(name, "true or false");
  }

  int integer(String name, int otherwise, int least, int most) {
    if (has(name) == false) {
      return otherwise;
    }
    double value = number(name, otherwise);
    if (value == Math.rint(value) && value >= least && value <= most) {
      return (int) value;
    }
    throw wrong(name, "an integer, " + least + " to " + most);
  }

  /** A number from 0 to 1. */
  double share(String name, double otherwise) {
    double value = number(name, otherwise);
    if (value >= 0 && value <= 1) {
      return value;
    }
    throw wrong(name, "a number, 0 to 1");
  }

  /** NaN for what is no number. */
  private double number(String name, double otherwise) {
    if (has(name) == false) {
      return otherwise;
    }
    return json.get(name) instanceof JsonPrimitive value && value.isNumber()
        ? value.getAsDouble()
        : Double.NaN;
  }

  /** A file's name, or a number for a constant; null if there is neither. */
  Route.Weights weights(String name) {
    if (has(name) == false) {
      return null;
    }
    if (json.get(name) instanceof JsonPrimitive value) {
      if (value.isString()) {
        return new Route.Weights(value.getAsString(), 0);
      }
      if (value.isNumber() && value.getAsFloat() > 0 && Float.isFinite(value.getAsFloat())) {
        return new Route.Weights(null, value.getAsFloat());
      }
    }
    throw wrong(name, "a file's name, or a number above 0");
  }

  /** All, none, or those that are named; null if nothing is said. */
  SpecialTokens specialTokens(String name) {
    if (has(name) == false) {
      return null;
    }
    if (json.get(name) instanceof JsonArray names) {
      Set<String> kept = new TreeSet<>();
      for (JsonElement element : names) {
        if (element instanceof JsonPrimitive token && token.isString()) {
          kept.add(token.getAsString());
        } else {
          throw wrong(name, "true, false, or an array of the tokens that keep their weight");
        }
      }
      return new SpecialTokens(false, kept);
    }
    return bool(name, false) ? SpecialTokens.ALL : SpecialTokens.NONE;
  }

  ModelException wrong(String name, String must) {
    return new ModelException(
        "[" + name + "] in [" + where + "] is [" + json.get(name) + "]; it must be " + must);
  }

  /** Refuses what nobody has asked for. */
  void refuseOthers() {
    for (String name : json.keySet()) {
      if (known.contains(name) == false) {
        throw new ModelException(
            "[" + where + "] has an unknown setting [" + name + "]; known: " + known);
      }
    }
  }
}
