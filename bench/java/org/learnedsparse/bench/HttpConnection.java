package org.learnedsparse.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One connection that stays open, for requests that were put together beforehand: what it does for
 * an answer is to read it, so that the client's own part of a measured time is small.
 *
 * <p>Not safe for use by several threads.
 */
public final class HttpConnection implements Closeable {
  private static final int BUFFER = 1 << 16;

  /** Longer than any force merge of a benchmark. */
  private static final int TIMEOUT_MILLIS = 3_600_000;

  private final Socket socket;
  private final InputStream in;
  private final StringBuilder line = new StringBuilder();

  /**
   * Connects.
   *
   * @param node where the node answers, with its port
   */
  public HttpConnection(URI node) throws IOException {
    socket = new Socket(node.getHost(), node.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), BUFFER);
  }

  /**
   * A request as it goes over the wire.
   *
   * @param path with the query string, beginning with a slash
   * @param body JSON, or lines of it
   */
  public static byte[] post(URI node, String path, byte[] body) {
    byte[] head =
        String.format(
                Locale.ROOT,
                "POST %s HTTP/1.1\r\nHost: %s:%d\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
                path,
                node.getHost(),
                node.getPort(),
                path.contains("_bulk") ? "application/x-ndjson" : "application/json",
                body.length)
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] request = new byte[head.length + body.length];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    return request;
  }

  /**
   * Sends a request and reads the whole answer.
   *
   * @return the answer's body
   * @throws IOException when the connection breaks, or the status is 300 or above
   */
  public byte[] send(byte[] request) throws IOException {
    socket.getOutputStream().write(request);
    return answer();
  }

  private byte[] answer() throws IOException {
    String status = line();
    int length = 0;
    boolean inChunks = false;
    for (String header = line(); header.isEmpty() == false; header = line()) {
      int colon = header.indexOf(':');
      String value = header.substring(colon + 1).strip();
      switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "content-length" -> length = Integer.parseInt(value);
        case "transfer-encoding" -> inChunks = value.equals("chunked");
        default -> {}
      }
    }
    byte[] body = inChunks ? chunks() : exactly(length);
    if (status.matches("HTTP/1.1 2\\d\\d.*") == false) {
      throw new IOException(status + ": " + new String(body, StandardCharsets.UTF_8));
    }
    return body;
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(line(), 16);
      body.writeBytes(exactly(length));
      line();
      if (length == 0) {
        return body.toByteArray();
      }
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the connection ended within an answer");
    }
    return bytes;
  }

  private String line() throws IOException {
    line.setLength(0);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection ended within an answer");
      }
      line.append((char) next);
    }
    line.setLength(line.length() - 1); // the carriage return
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
