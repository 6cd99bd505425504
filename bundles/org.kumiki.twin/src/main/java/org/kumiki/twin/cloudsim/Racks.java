package org.kumiki.twin.cloudsim;

/** The hosts of a study, as far as a policy sees them. */
interface Racks {

    int size();

    HostKind kind(int host);

    /** What a host uses of its processors, from 0 to 1. */
    double load(int host);
}
