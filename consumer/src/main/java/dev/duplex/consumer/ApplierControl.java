package dev.duplex.consumer;

/** What an applier's loop is told and tells. */
record ApplierControl(ApplyObserver observer, StopSignal stop) {}
