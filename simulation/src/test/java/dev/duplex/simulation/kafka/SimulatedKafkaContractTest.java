package dev.duplex.simulation.kafka;

import dev.duplex.kafka.KafkaContract;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.schemas.Link;
import java.util.Map;

/** The simulation's clients, while nothing fails. */
final class SimulatedKafkaContractTest extends KafkaContract {
  @Override
  protected KafkaSettings newLink() {
    StillTime time = new StillTime();
    SimulatedKafka kafka = new SimulatedKafka(time, Faults.NONE);
    Link link = new Link("bank");
    kafka.createTopic(link.changesTopic());
    kafka.createTopic(link.progressTopic());
    kafka.createTopic(link.statusTopic());
    return new KafkaSettings(link, Map.of(), kafka.clients(time, new SteppedLoops(), Faults.NONE));
  }
}
