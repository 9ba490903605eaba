package org.learnedsparse.model.registry;

/**
 * A part of a file.
 *
 * @param file name in the model's folder, with slashes between folders
 * @param part its number, from 1
 * @param parts how many the file has
 * @param bytes its length
 * @param sha256 its digest, in hexadecimal digits
 */
public record FilePart(String file, int part, int parts, long bytes, String sha256) {
  /** The most bytes in a part. */
  public static final int MAX_BYTES = 16 << 20;

  /** The most parts of a file. */
  public static final int MAX_PARTS = 10_000;

  /**
   * @throws IllegalArgumentException if the numbers are out of range, or the name is none for a
   *     file
   */
  public FilePart {
    FileNames.check(file);
    if (parts < 1 || parts > MAX_PARTS) {
      throw new IllegalArgumentException(
          "[parts] is [" + parts + "]; a file has 1 to [" + MAX_PARTS + "] parts");
    }
    if (part < 1 || part > parts) {
      throw new IllegalArgumentException(
          "[part] is ["
              + part
              + "]; the parts of ["
              + file
              + "] are numbered 1 to ["
              + parts
              + "]");
    }
  }
}
