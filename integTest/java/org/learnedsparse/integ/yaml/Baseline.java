package org.learnedsparse.integ.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.learnedsparse.tools.node.Http;
import org.learnedsparse.tools.node.Http.Response;

/** What a node had before the tests, and the way back to it. */
final class Baseline {

  /** Named things that tests create: where they are listed, under which key, how they go. */
  private enum Kind {
    INDEX("_all/_settings?expand_wildcards=all", "", ""),
    PIPELINE("_ingest/pipeline", "", ""),
    INDEX_TEMPLATE("_index_template", "index_templates", "name"),
    COMPONENT_TEMPLATE("_component_template", "component_templates", "name"),
    LEGACY_TEMPLATE("_template", "", ""),
    REPOSITORY("_snapshot", "", "");

    private final String list;
    private final String array;
    private final String nameField;

    Kind(String list, String array, String nameField) {
      this.list = list;
      this.array = array;
      this.nameField = nameField;
    }

    Set<String> names(Http http) {
      Response response = http.request("GET", list, null);
      if (response.status() == 404 && response.text().equals("{}")) {
        return Set.of(); // so some lists say that they are empty
      }
      JsonNode body = response.orThrow().body();
      Set<String> names = new HashSet<>();
      if (array.isEmpty()) {
        body.fieldNames().forEachRemaining(names::add);
      } else {
        body.path(array).forEach(each -> names.add(each.path(nameField).asText()));
      }
      return names;
    }

    void delete(Http http, String name) {
      Response deleted = http.request("DELETE", this == INDEX ? name : list + "/" + name, null);
      // Under security nobody may delete a system index: suites delete what they put into it.
      if (this != INDEX || name.startsWith(".") == false || deleted.status() != 403) {
        deleted.orThrow();
      }
    }
  }

  private final Http http;
  private final Map<Kind, Set<String>> names = new LinkedHashMap<>();

  private Baseline(Http http) {
    this.http = http;
  }

  static Baseline of(Http http) {
    Baseline baseline = new Baseline(http);
    for (Kind kind : Kind.values()) {
      baseline.names.put(kind, kind.names(http));
    }
    return baseline;
  }

  /** Deletes what has come since, and takes back cluster settings and open scrolls. */
  void restore() {
    names.forEach(
        (kind, before) -> {
          for (String name : kind.names(http)) {
            if (before.contains(name) == false) {
              kind.delete(http, name);
            }
          }
        });
    Response scrolls = http.request("DELETE", "_search/scroll/_all", null);
    if (scrolls.status() != 404) { // there were none
      scrolls.orThrow();
    }
    resetSettings();
  }

  private void resetSettings() {
    JsonNode settings =
        http.request("GET", "_cluster/settings?flat_settings=true", null).orThrow().body();
    Map<String, Map<String, Object>> reset = new LinkedHashMap<>();
    settings
        .properties()
        .forEach(
            scope -> {
              Map<String, Object> nulls = new LinkedHashMap<>();
              scope.getValue().fieldNames().forEachRemaining(name -> nulls.put(name, null));
              if (nulls.isEmpty() == false) {
                reset.put(scope.getKey(), nulls);
              }
            });
    if (reset.isEmpty() == false) {
      http.request("PUT", "_cluster/settings", reset).orThrow();
    }
  }
}
