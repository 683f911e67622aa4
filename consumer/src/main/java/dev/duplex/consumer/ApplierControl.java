package dev.duplex.consumer;

/** What an applier's loop is told and tells. */
record ApplierControl(ApplierHealth health, StopSignal stop) {}
