package org.kumiki.api.twin;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Answers questions by a copy of the datacenter: the same engine and the same brains in virtual time, on hosts that are simulated and guests
 * that go on as they were measured. Nothing of the live datacenter is touched. Thread-safe; calls return at once.
 */
@ProviderType
public interface Twin {

    /**
     * Begins to look for an answer, from the datacenter as it is now.
     *
     * @throws IllegalStateException if too many questions are being answered already
     */
    WhatIfRun ask(WhatIf question);
}
