package dev.duplex.consumer;

import dev.duplex.consumer.checkpoint.Checkpoint;
import dev.duplex.consumer.source.ProgressReporter;
import dev.duplex.schemas.avro.ProgressState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The applier's state: the only place where it changes, is logged and goes to Kafka. Written by the
 * applier's thread, read by any.
 */
final class ApplierHealth {
  private static final Logger LOG = LoggerFactory.getLogger(ApplierHealth.class);

  private final ProgressReporter reporter;
  private volatile ApplierStatus status = new ApplierStatus(ApplierState.STANDBY, null, null);

  ApplierHealth(ProgressReporter reporter) {
    this.reporter = reporter;
  }

  ApplierStatus status() {
    return status;
  }

  /** Changes the state. One log line, not one for every attempt. */
  void transition(ApplierState to, @Nullable String detail) {
    ApplierStatus before = status;
    boolean detailed = to == ApplierState.FAILED || to == ApplierState.STANDBY;
    boolean news = to != before.state() || (detailed && !Objects.equals(detail, before.detail()));
    status = new ApplierStatus(to, before.checkpoint(), detail);
    if (news) {
      log(before.state(), to, detail);
    }
    report();
  }

  private static void log(ApplierState from, ApplierState to, @Nullable String detail) {
    String line = detail == null ? from + " -> " + to : from + " -> " + to + ": " + detail;
    switch (to) {
      case STANDBY, APPLYING, STOPPED -> LOG.info("{}", line);
      case WAITING, FAILED -> LOG.warn("{}", line);
      case HALTED -> LOG.error("{}", line);
    }
  }

  /** The role is ours: from here, this far. */
  void claimed(Checkpoint checkpoint) {
    status = new ApplierStatus(status.state(), checkpoint, null);
    transition(ApplierState.APPLYING, null);
  }

  /** The secondary has it, durably. */
  void committed(Checkpoint checkpoint) {
    if (status.state() != ApplierState.APPLYING) {
      transition(ApplierState.APPLYING, null);
    }
    status = new ApplierStatus(ApplierState.APPLYING, checkpoint, null);
    report();
  }

  private void report() {
    ApplierStatus now = status;
    Checkpoint checkpoint = now.checkpoint();
    if (checkpoint == null || now.state() == ApplierState.STANDBY) {
      reporter.silence();
      return;
    }
    boolean halted = now.state() == ApplierState.FAILED || now.state() == ApplierState.HALTED;
    ProgressState moving = checkpoint.copy() == null ? ProgressState.LIVE : ProgressState.COPYING;
    reporter.report(checkpoint, halted ? ProgressState.HALTED : moving, now.detail());
  }
}
