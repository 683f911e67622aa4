package dev.duplex.status.monitor;

import dev.duplex.schemas.avro.StatusEvent;
import java.util.List;
import java.util.Optional;

/** What a monitor knows at this moment. Thread-safe; never waits for anybody. */
public interface MonitorView {
  /** Takes what changes; is called on the monitor's threads and must return at once. */
  interface Listener {
    /** Something about the link has changed; {@link #link} says what it is now. */
    void changed(String link);

    /** A new status event, without repeats. */
    void event(StatusEvent event);
  }

  /** Whether what this monitor says is true now. */
  Freshness freshness();

  /** All links that it knows, by name. */
  List<LinkReport> links();

  Optional<LinkReport> link(String name);

  /** Recent incidents, newest first; empty for a link that is not known. */
  List<IncidentReport> incidents(String link);

  /** One for each second of the recent past, oldest first; empty for a link that is not known. */
  List<Sample> samples(String link);

  /** Calls a listener from now on, until what is returned is closed. */
  Subscription subscribe(Listener listener);

  /** Ends the calls when it is closed. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
