package org.learnedsparse.postings;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.util.Constants;

/** Looks for the fastest loops that the JVM can run, and logs what it found. */
final class FastestLoops {
  private static final Logger LOGGER = Logger.getLogger(FastestLoops.class.getName());

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  /** Before, a comparison's outcome takes longer to become a number than the plain loop takes. */
  private static final int OLDEST_JDK_WITH_FAST_VECTORS = 21;

  private FastestLoops() {}

  /**
   * The loops in vector instructions where they are faster, else the plain ones.
   *
   * @param plain what every JVM can run
   */
  static ImpactLoops find(ImpactLoops plain) {
    ImpactLoops fastest = hasFastVectors() ? vectorsOr(plain) : plain;
    LOGGER.info("the loops of learned_sparse searches: " + fastest);
    return fastest;
  }

  /**
   * Whether the JVM was started with the vectors' module, which Elasticsearch does from JDK 20 on,
   * and has the one compiler that makes instructions of them; without it they are many times
   * slower.
   */
  private static boolean hasFastVectors() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent()
        && Runtime.version().feature() >= OLDEST_JDK_WITH_FAST_VECTORS
        && Constants.IS_HOTSPOT_VM
        && Constants.IS_CLIENT_VM == false
        && Constants.IS_JVMCI_VM == false;
  }

  /** By its name, for the class links only where the module is. */
  private static ImpactLoops vectorsOr(ImpactLoops plain) {
    try {
      return Class.forName(FastestLoops.class.getPackageName() + ".VectorLoops")
          .asSubclass(ImpactLoops.class)
          .getDeclaredConstructor(ImpactLoops.class)
          .newInstance(plain);
    } catch (ReflectiveOperationException | LinkageError e) {
      LOGGER.log(Level.WARNING, "no vector instructions for learned_sparse searches", e);
      return plain;
    }
  }
}
