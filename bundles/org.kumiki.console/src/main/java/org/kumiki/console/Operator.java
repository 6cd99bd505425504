package org.kumiki.console;

/** Who is logged in: the console has one kind of user, who may do everything. */
record Operator(String name) {

    /** The role that changing the datacenter takes. */
    static final String ROLE = "kumiki.operator";
}
