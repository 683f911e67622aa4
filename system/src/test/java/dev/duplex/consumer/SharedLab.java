package dev.duplex.consumer;

import dev.duplex.lab.Lab;
import java.io.IOException;

/** One laboratory for all tests of this module; ended with the JVM. */
final class SharedLab {
  private static final Lab LAB = start();

  private SharedLab() {}

  static Lab get() {
    return LAB;
  }

  private static Lab start() {
    try {
      Lab lab = Lab.of(Lab.Part.SECONDARY, Lab.Part.BROKER, Lab.Part.REGISTRY).start();
      Runtime.getRuntime().addShutdownHook(new Thread(lab::close));
      return lab;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
