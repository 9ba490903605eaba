package org.learnedsparse.tools.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One Elasticsearch node in a process of its own: unpacked from the real distribution, plugins
 * installed by the real installer, run by an ordinary user even when the caller is root. It listens
 * on loopback ports that the operating system chose, and keeps them over a restart.
 *
 * <p>The node ends with {@link #close}, and at the latest with this JVM, unless {@link
 * #leaveRunning} was called.
 */
public final class RealNode implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);
  private static final int LOG_TAIL_LINES = 60;

  private final Path home;
  private final Path javaHome;
  private final String heap;
  private final Map<String, String> settings;
  private final Function<String, Http> connection;
  private final Thread killAtExit = new Thread(this::kill, "kill-node");

  private Process launcher;
  private ProcessHandle server;
  private URI url;
  private Http http;

  private RealNode(Path home, Builder builder) {
    this.home = home;
    this.javaHome = builder.javaHome;
    this.heap = builder.heap;
    this.settings = new LinkedHashMap<>(builder.settings);
    this.connection = builder.connection;
  }

  /**
   * Describes a node.
   *
   * @param name names the node and its folder, {@code target/nodes/<name>} in the checkout
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** How a node is to be. */
  public static final class Builder {
    private final String name;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<Path> plugins = new ArrayList<>();
    private final List<Configuration> configuration = new ArrayList<>();
    private boolean withPlugins = true;
    private boolean keepData;
    private Path javaHome = Path.of(System.getProperty("java.home"));
    private String heap = "1g";
    private Function<String, Http> connection =
        address -> new Http(URI.create("http://" + address));

    private Builder(String name) {
      if (name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") == false) {
        throw new IllegalArgumentException("a node's name is a plain folder name: [" + name + "]");
      }
      this.name = name;
    }

    /** The JDK that runs the node; by default the one that runs this program. */
    public Builder javaHome(Path home) {
      this.javaHome = home;
      return this;
    }

    /** Smallest and largest heap, as the JVM writes it; by default {@code 1g}. */
    public Builder heap(String size) {
      this.heap = size;
      return this;
    }

    /**
     * How to reach a node that asks for TLS or a password, if its settings make it so.
     *
     * @param connection gives a client of a host and port; its user may see the cluster's health
     */
    public Builder connection(Function<String, Http> connection) {
      this.connection = connection;
      return this;
    }

    /** A line of {@code elasticsearch.yml}; stronger than this class's own choice. */
    public Builder setting(String key, String value) {
      settings.put(key, value);
      return this;
    }

    /** A plugin to install, in place of the one that the build left in {@code target/}. */
    public Builder plugin(Path zip) {
      plugins.add(zip);
      return this;
    }

    /** A node without any plugin. */
    public Builder withoutPlugins() {
      withPlugins = false;
      return this;
    }

    /** Starts on the data that the last node of this name left. */
    public Builder keepData() {
      keepData = true;
      return this;
    }

    /** A file below {@code config/}, for example {@code learned-sparse/models/m/config.json}. */
    public Builder configFile(String relative, byte[] content) {
      byte[] bytes = content.clone();
      configuration.add(
          config -> {
            Path file = config.resolve(relative);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
          });
      return this;
    }

    /** A folder copied below {@code config/}, for example to {@code learned-sparse/models/m}. */
    public Builder configDirectory(Path source, String relative) {
      configuration.add(config -> FileTree.copy(source, config.resolve(relative)));
      return this;
    }

    /**
     * Unpacks, installs, starts, and waits until the node answers.
     *
     * @throws IOException when any of that fails, with the end of the node's log
     */
    public RealNode start() throws IOException {
      Path home = Repository.root().resolve("target/nodes").resolve(name);
      killLeftover(home);
      wipe(home);
      Distribution.unpack(Repository.distributionZip()).layOut(home);
      for (String folder : List.of("data", "logs", "tmp", "snapshots")) {
        Files.createDirectories(home.resolve(folder));
      }
      for (Configuration each : configuration) {
        each.writeTo(home.resolve("config"));
      }
      defaults(home).forEach(settings::putIfAbsent);
      RealNode node = new RealNode(home, this);
      for (Path zip : zips()) {
        node.install(zip);
      }
      Runtime.getRuntime().addShutdownHook(node.killAtExit);
      node.launch();
      return node;
    }

    private List<Path> zips() throws IOException {
      if (withPlugins == false) {
        return List.of();
      }
      return plugins.isEmpty() ? List.of(Repository.pluginZip()) : plugins;
    }

    private void wipe(Path home) throws IOException {
      if (Files.notExists(home)) {
        return;
      }
      List<Path> children;
      try (Stream<Path> list = Files.list(home)) {
        children = list.toList();
      }
      for (Path child : children) {
        if (keepData && child.endsWith("data")) {
          continue;
        }
        FileTree.delete(child);
      }
    }

    private Map<String, String> defaults(Path home) {
      Map<String, String> defaults = new LinkedHashMap<>();
      defaults.put("cluster.name", name);
      defaults.put("node.name", name);
      defaults.put("path.data", home.resolve("data").toString());
      defaults.put("path.logs", home.resolve("logs").toString());
      defaults.put("path.repo", home.resolve("snapshots").toString());
      defaults.put("network.host", "127.0.0.1");
      defaults.put("http.port", "0");
      defaults.put("transport.port", "0");
      defaults.put("node.portsfile", "true");
      defaults.put("cluster.routing.allocation.disk.threshold_enabled", "false");
      defaults.put("xpack.security.enabled", "false");
      if (settings.keySet().stream()
          .noneMatch(k -> k.startsWith("discovery.") || k.startsWith("cluster.initial_master"))) {
        defaults.put("discovery.type", "single-node");
      }
      return defaults;
    }
  }

  /** Where the node answers HTTP. */
  public URI url() {
    return url;
  }

  /** A client of this node. */
  public Http http() {
    return http;
  }

  /** The node's folder: {@code bin}, {@code config}, {@code data}, {@code logs} and so on. */
  public Path home() {
    return home;
  }

  /** The process that is the server, not the launcher above it. */
  public long pid() {
    return server.pid();
  }

  /** All that the node printed, over all its starts. */
  public Path logFile() {
    return home.resolve("logs/node.log");
  }

  /** The node's transport address, for {@code discovery.seed_hosts} of another. */
  public String transportAddress() {
    return ports("transport");
  }

  /** SIGKILL: the node gets no chance to flush, close or say goodbye. */
  public void kill() {
    end(
        process -> {
          // A launcher that is still starting its server must not leave it behind.
          launcher.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        });
  }

  /** SIGTERM, and waits for the end. */
  public void stop() {
    end(ProcessHandle::destroy);
  }

  /** Starts again on the same data and the same ports, after {@link #kill} or {@link #stop}. */
  public void restart() {
    if (launcher.isAlive() || server.isAlive()) {
      throw new IllegalStateException("the node of " + home + " still runs: stop or kill it first");
    }
    try {
      launch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on the end of this JVM does not end the node. */
  public void leaveRunning() {
    Runtime.getRuntime().removeShutdownHook(killAtExit);
  }

  /** Stops the node and deletes its data. */
  @Override
  public void close() {
    stop();
    Runtime.getRuntime().removeShutdownHook(killAtExit);
    try {
      for (String folder : List.of("data", "tmp", "snapshots")) {
        FileTree.delete(home.resolve(folder));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "node [" + settings.get("node.name") + "] at " + url + ", log " + logFile();
  }

  private interface Configuration {
    void writeTo(Path config) throws IOException;
  }

  private void install(Path zip) throws IOException {
    if (Files.exists(zip) == false) {
      throw new IOException("no plugin zip at " + zip);
    }
    Path log = home.resolve("logs/install.log");
    Process installer =
        command(
                log,
                "elasticsearch-plugin",
                "install",
                "--batch",
                zip.toAbsolutePath().toUri().toString())
            .start();
    int status = waitFor(installer);
    if (status != 0) {
      throw new IOException(
          "elasticsearch-plugin install " + zip + " ended with " + status + ":\n" + tail(log));
    }
  }

  private void launch() throws IOException {
    Files.writeString(home.resolve("config/elasticsearch.yml"), yaml(settings));
    for (String written : List.of("logs/http.ports", "logs/transport.ports", "pid")) {
      Files.deleteIfExists(home.resolve(written));
    }
    launcher = command(logFile(), "elasticsearch", "-p", home.resolve("pid").toString()).start();
    server = launcher.toHandle(); // until the server has written its own number
    try {
      Instant deadline = Instant.now().plus(START_TIMEOUT);
      awaitFile(home.resolve("logs/http.ports"), deadline);
      server = handle(home.resolve("pid")).orElseThrow(() -> failure("ended at once", ""));
      http = connection.apply(ports("http"));
      url = http.url();
      settings.put("http.port", portOf(ports("http")));
      settings.put("transport.port", portOf(ports("transport")));
      awaitHealth(deadline);
    } catch (IOException | RuntimeException e) {
      kill();
      throw e;
    }
  }

  private ProcessBuilder command(Path log, String program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Repository.root().resolve("src/build/bin/as-user").toString());
    command.add(home.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    Map<String, String> environment = builder.environment();
    List.of("JAVA_HOME", "JAVA_OPTS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "ES_PATH_CONF")
        .forEach(environment::remove);
    environment.put("ES_JAVA_HOME", javaHome.toString());
    environment.put("ES_JAVA_OPTS", "-Xms" + heap + " -Xmx" + heap);
    environment.put("ES_TMPDIR", home.resolve("tmp").toString());
    return builder
        .redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
  }

  private void awaitFile(Path file, Instant deadline) throws IOException {
    while (Files.notExists(file)) {
      if (launcher.isAlive() == false) {
        throw failure("ended with status " + launcher.exitValue() + " while starting", "");
      }
      if (Instant.now().isAfter(deadline)) {
        throw failure("did not start within " + START_TIMEOUT.toSeconds() + " s", "");
      }
      sleep();
    }
  }

  private void awaitHealth(Instant deadline) throws IOException {
    String answer = "none";
    while (Instant.now().isBefore(deadline)) {
      if (launcher.isAlive() == false) {
        throw failure("ended with status " + launcher.exitValue() + " while starting", "");
      }
      try {
        Http.Response health =
            http.request("GET", "_cluster/health?wait_for_status=yellow&timeout=5s", null);
        if (health.status() == 200) {
          return;
        }
        answer = health.text();
      } catch (UncheckedIOException e) {
        answer = e.getMessage();
      }
      sleep();
    }
    throw failure(
        "was not healthy within " + START_TIMEOUT.toSeconds() + " s", "; last answer: " + answer);
  }

  private IOException failure(String what, String more) {
    return new IOException(
        "Elasticsearch in "
            + home
            + " "
            + what
            + more
            + "; the end of its log:\n"
            + tail(logFile()));
  }

  /** Sends the server a signal and waits until it and its launcher are gone. */
  private void end(Consumer<ProcessHandle> signal) {
    if (launcher == null) {
      return;
    }
    signal.accept(server);
    try {
      server.onExit().get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      launcher.onExit().get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          this + " did not end within " + STOP_TIMEOUT.toSeconds() + " s and was killed", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // Only when something went wrong above is there anything left.
      server.destroyForcibly();
      launcher.descendants().forEach(ProcessHandle::destroyForcibly);
      launcher.destroyForcibly();
    }
  }

  /** A node that an earlier, killed program left in this folder would hold the data's lock. */
  private static void killLeftover(Path home) throws IOException {
    ProcessHandle leftover = handle(home.resolve("pid")).orElse(null);
    if (leftover == null) {
      return;
    }
    boolean ours =
        Stream.of(leftover.info().arguments().orElse(new String[0]))
            .anyMatch(argument -> argument.equals("-Des.path.home=" + home));
    if (ours) {
      leftover.destroyForcibly();
      leftover.onExit().join();
    }
  }

  private static Optional<ProcessHandle> handle(Path pidFile) throws IOException {
    if (Files.notExists(pidFile)) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
  }

  private String ports(String kind) {
    Path file = home.resolve("logs/" + kind + ".ports");
    try {
      return Files.readAllLines(file).get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String portOf(String address) {
    return address.substring(address.lastIndexOf(':') + 1);
  }

  private static String yaml(Map<String, String> settings) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      // A JSON string is a YAML string, whatever characters it has.
      lines
          .append(setting.getKey())
          .append(": ")
          .append(Http.JSON.writeValueAsString(setting.getValue()))
          .append('\n');
    }
    return lines.toString();
  }

  private static String tail(Path log) {
    if (Files.notExists(log)) {
      return "(no log)";
    }
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(" + log + " cannot be read: " + e + ")";
    }
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
