package dev.duplex.producer.relay;

/**
 * What a relay is doing.
 *
 * <ul>
 *   <li>{@code STANDBY → LIVE}: it got the slot and knows the head of the chain;
 *   <li>{@code LIVE → STANDBY}: something outside is away, or another instance took over;
 *   <li>{@code STANDBY, LIVE → HALTED}: an operator must act; the relay ends.
 * </ul>
 */
public enum RelayState {
  STANDBY,
  LIVE,
  HALTED
}
