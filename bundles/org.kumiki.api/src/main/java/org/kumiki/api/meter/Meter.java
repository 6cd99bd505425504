package org.kumiki.api.meter;

import java.time.Instant;
import java.util.List;

import org.kumiki.api.model.AccountId;
import org.osgi.annotation.versioning.ConsumerType;

/** Counts use. Thread-safe. */
@ConsumerType
public interface Meter {

    /** What an account used between two moments, one entry an item. */
    List<Usage> usage(AccountId account, Instant from, Instant to);
}
