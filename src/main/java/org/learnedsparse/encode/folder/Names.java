package org.learnedsparse.encode.folder;

import java.util.Arrays;

/** Looks up the constants of an enum by the names that settings use. */
final class Names {
  private Names() {}

  static <E extends Enum<E>> E of(Class<E> type, String setting, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.toString().equals(name)) {
        return constant;
      }
    }
    throw new ModelException(
        "["
            + setting
            + "] is ["
            + name
            + "]; it must be one of "
            + Arrays.toString(type.getEnumConstants()));
  }
}
