package dev.duplex.simulation;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/** What lies between the machines: links that are cut, and answers that get lost. */
final class Network {
  private final Set<SimulatedProcess> withoutPrimary = new HashSet<>();
  private final Set<SimulatedProcess> withoutSecondary = new HashSet<>();
  private final Simulator simulator;
  private int lostAnswers; // of so many, one; 0 for none

  Network(Simulator simulator) {
    this.simulator = simulator;
  }

  /** One answer in so many is lost from now on; 0 for none. */
  void loseAnswers(int oneIn) {
    lostAnswers = oneIn;
  }

  void cutFromPrimary(SimulatedProcess process) {
    withoutPrimary.add(process);
  }

  void cutFromSecondary(SimulatedProcess process) {
    withoutSecondary.add(process);
  }

  void heal() {
    withoutPrimary.clear();
    withoutSecondary.clear();
    lostAnswers = 0;
  }

  void toPrimary(SimulatedProcess process, String what) throws SQLException {
    if (withoutPrimary.contains(process)) {
      throw new SQLException("no answer to: " + what, "08006");
    }
  }

  void fromPrimary(SimulatedProcess process) throws SQLException {
    loseAnswer(withoutPrimary.contains(process));
  }

  void toSecondary(SimulatedProcess process, String what) throws SQLException {
    if (withoutSecondary.contains(process)) {
      throw new SQLException("no answer to: " + what, "08006");
    }
  }

  void fromSecondary(SimulatedProcess process) throws SQLException {
    loseAnswer(withoutSecondary.contains(process));
  }

  private void loseAnswer(boolean cut) throws SQLException {
    if (cut || (lostAnswers > 0 && simulator.oneIn(lostAnswers))) {
      throw new SQLException("the answer was lost", "08006");
    }
  }
}
