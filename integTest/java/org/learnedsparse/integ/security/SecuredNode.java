package org.learnedsparse.integ.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.learnedsparse.integ.TestModels;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.RealNode;

/** A node that asks for a password, and speaks TLS to clients and to other nodes. */
final class SecuredNode implements AutoCloseable {
  private static final String ADMIN = "admin";
  private static final String PASSWORD = "correct horse";

  private final RealNode node;
  private final Certificate certificate;
  private final Http anonymous;

  private SecuredNode(RealNode node, Certificate certificate, Http anonymous) {
    this.node = node;
    this.certificate = certificate;
    this.anonymous = anonymous;
  }

  /**
   * Starts a node that knows these users, and one more who may do everything.
   *
   * @param users in files of the configuration: this distribution lacks what the index of users is
   *     made with
   */
  static SecuredNode start(String name, List<User> users) throws IOException {
    StringBuilder passwords = new StringBuilder(ADMIN + ":" + hash() + "\n");
    StringBuilder owners = new StringBuilder("superuser:" + ADMIN + "\n");
    StringBuilder roles = new StringBuilder();
    for (User user : users) {
      Map<String, Object> role = Map.of("cluster", user.cluster(), "indices", user.indices());
      passwords.append(user.name()).append(':').append(hash()).append('\n');
      owners.append(user.name()).append(':').append(user.name()).append('\n');
      // JSON is YAML.
      roles.append(user.name()).append(": ").append(Http.JSON.writeValueAsString(role));
      roles.append('\n');
    }
    Certificate certificate = Certificate.make();
    SSLContext trust = certificate.trust();
    RealNode.Builder builder =
        TestModels.install(RealNode.builder(name))
            .heap("768m")
            .setting("xpack.security.enabled", "true")
            // Field- and document-level security are not in the basic licence.
            .setting("xpack.license.self_generated.type", "trial")
            .configFile("node.p12", certificate.keyStore())
            .configFile("node.crt", certificate.pem())
            .configFile("users", passwords.toString().getBytes(UTF_8))
            .configFile("users_roles", owners.toString().getBytes(UTF_8))
            .configFile("roles.yml", roles.toString().getBytes(UTF_8))
            .connection(address -> secure(address, trust).as(ADMIN, PASSWORD));
    for (String layer : List.of("http", "transport")) {
      String tls = "xpack.security." + layer + ".ssl.";
      builder
          .setting(tls + "enabled", "true")
          .setting(tls + "keystore.path", "node.p12")
          .setting(tls + "keystore.password", Certificate.PASSWORD)
          .setting(tls + "certificate_authorities", "node.crt");
    }
    RealNode node = builder.start();
    return new SecuredNode(node, certificate, new Http(node.url(), trust));
  }

  private static Http secure(String address, SSLContext trust) {
    return new Http(URI.create("https://" + address), trust);
  }

  /** The password as the file of users has it: salt and hash. */
  private static String hash() throws IOException {
    byte[] salt = new byte[8];
    new SecureRandom().nextBytes(salt);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(PASSWORD.getBytes(UTF_8));
      digest.update(salt);
      Base64.Encoder base64 = Base64.getEncoder();
      return "{SSHA256}" + base64.encodeToString(salt) + base64.encodeToString(digest.digest());
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  URI url() {
    return node.url();
  }

  /** Where it speaks to other nodes, host and port. */
  String transportAddress() {
    return node.transportAddress();
  }

  /** What it shows of itself, to clients and to other nodes. */
  Certificate certificate() {
    return certificate;
  }

  /** Nobody in particular. */
  Http anonymous() {
    return anonymous;
  }

  /** Who may do everything. */
  Http admin() {
    return node.http();
  }

  /** One of those that the node was started with. */
  Http as(String user) {
    return anonymous.as(user, PASSWORD);
  }

  @Override
  public void close() {
    node.close();
  }
}
