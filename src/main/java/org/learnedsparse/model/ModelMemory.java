package org.learnedsparse.model;

import java.lang.management.ManagementFactory;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.elasticsearch.common.settings.Setting;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.unit.ByteSizeValue;
import org.elasticsearch.monitor.jvm.JvmInfo;
import org.elasticsearch.monitor.os.OsProbe;

/** The memory outside the heap that models may take. */
final class ModelMemory {
  private static final Logger LOGGER = LogManager.getLogger(ModelMemory.class);

  private static final ByteSizeValue LEAST_BY_DEFAULT = ByteSizeValue.ofMb(256);

  /**
   * What all loaded models of a node may take together. By default a half of what the machine, or
   * the container, has beside the heap: the other half is the file system's cache's.
   */
  static final Setting<ByteSizeValue> LIMIT =
      Setting.memorySizeSetting(
          "learned_sparse.models.memory_limit",
          ModelMemory::usualLimit,
          Setting.Property.NodeScope);

  private ModelMemory() {}

  private static String usualLimit(Settings settings) {
    long heap = JvmInfo.jvmInfo().getMem().getHeapMax().getBytes();
    long machine = OsProbe.getInstance().getTotalPhysicalMemorySize();
    return ByteSizeValue.ofBytes(usualLimit(machine, heap)).getStringRep();
  }

  /**
   * @param machine bytes that the machine has; 0 if it does not tell
   * @param heap bytes of the heap at the most
   */
  static long usualLimit(long machine, long heap) {
    return Math.max(LEAST_BY_DEFAULT.getBytes(), (machine - heap) / 2);
  }

  /**
   * Gives memory that natives have freed back to the system. The C library of Linux keeps it
   * otherwise, to use it again: that of a model that was unloaded, and what loading one took beside
   * what it then takes.
   */
  static void giveBack() {
    try {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
      Object answer = server.invoke(commands, "systemTrimNativeHeap", null, null);
      LOGGER.debug("freed memory is given back: {}", answer);
    } catch (InstanceNotFoundException e) {
      LOGGER.debug("this JVM has no diagnostic commands: the system keeps freed memory", e);
    } catch (JMException | RuntimeException e) {
      LOGGER.debug("freed memory is not given back to the system", e);
    }
  }
}
