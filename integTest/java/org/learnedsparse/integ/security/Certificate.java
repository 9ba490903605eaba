package org.learnedsparse.integ.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A key for 127.0.0.1 that nobody else has, signed by itself, made by the JDK's keytool. */
final class Certificate {
  static final String PASSWORD = "password";

  private static final String ALIAS = "node";

  private final byte[] keyStore;
  private final java.security.cert.Certificate certificate;

  private Certificate(byte[] keyStore, java.security.cert.Certificate certificate) {
    this.keyStore = keyStore;
    this.certificate = certificate;
  }

  static Certificate make() throws IOException {
    Path folder = Files.createTempDirectory("certificate");
    Path file = folder.resolve("node.p12");
    try {
      keytool(
          "-genkeypair",
          "-alias",
          ALIAS,
          "-keyalg",
          "EC",
          "-groupname",
          "secp256r1",
          "-dname",
          "CN=node",
          "-ext",
          "SAN=ip:127.0.0.1",
          "-validity",
          "2",
          "-storetype",
          "PKCS12",
          "-keystore",
          file.toString(),
          "-storepass",
          PASSWORD);
      byte[] bytes = Files.readAllBytes(file);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), PASSWORD.toCharArray());
      return new Certificate(bytes, store.getCertificate(ALIAS));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static void keytool(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("keytool: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Key and certificate in PKCS #12, with {@link #PASSWORD}. */
  byte[] keyStore() {
    return keyStore.clone();
  }

  /** The certificate alone, for those who are to trust it. */
  byte[] pem() throws IOException {
    try {
      String base64 = Base64.getMimeEncoder().encodeToString(certificate.getEncoded());
      return ("-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n")
          .getBytes(UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Trusts this certificate and no other. */
  SSLContext trust() throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry(ALIAS, certificate);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
