package org.learnedsparse.integ.security;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** All that is about rights, on one node. */
class SecurityIT {
  private static SecuredNode node;

  @BeforeAll
  static void start() throws IOException {
    List<User> users = new ArrayList<>();
    users.addAll(RequestRights.users());
    users.addAll(IndexEncodeRights.users());
    users.addAll(FieldRights.users());
    users.addAll(DocumentRights.users());
    users.addAll(HybridDocumentRights.users());
    users.addAll(HybridFieldRights.users());
    users.addAll(RoleQueryRights.users());
    users.addAll(UploadRights.users());
    users.addAll(RightsSuites.users());
    node = SecuredNode.start("security", users);
  }

  @AfterAll
  static void stop() {
    if (node != null) {
      node.close();
    }
  }

  static SecuredNode node() {
    return node;
  }

  @Nested
  class Requests extends RequestRights {}

  @Nested
  class IndexEncode extends IndexEncodeRights {}

  @Nested
  class Fields extends FieldRights {}

  @Nested
  class Documents extends DocumentRights {}

  @Nested
  class HybridDocuments extends HybridDocumentRights {}

  @Nested
  class HybridFields extends HybridFieldRights {}

  @Nested
  class RoleQueries extends RoleQueryRights {}

  @Nested
  class Uploads extends UploadRights {}

  @Nested
  class Suites extends RightsSuites {}
}
