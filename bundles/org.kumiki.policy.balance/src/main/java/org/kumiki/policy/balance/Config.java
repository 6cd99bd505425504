package org.kumiki.policy.balance;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Policy: Balance", description = "When and how load is evened out.")
@interface Config {

    @AttributeDefinition(name = "Advise", description = "Only say what should be done.")
    boolean advise() default false;

    @AttributeDefinition(name = "Hot", description = "Of the CPUs of a host, from 0 to 1: above it guests are taken off.")
    double hot() default 0.85;

    @AttributeDefinition(name = "Calm",
            description = "Of the CPUs of a host, from 0 to 1: down to it guests are taken off, and up to it others come.")
    double calm() default 0.7;

    @AttributeDefinition(name = "Uneven",
            description = "The standard deviation of a resource's shares, over all hosts, at which evening out begins.")
    double uneven() default 0.2;

    @AttributeDefinition(name = "Even", description = "The standard deviation at which it ends.")
    double even() default 0.1;

    @AttributeDefinition(name = "Cost of a GiB",
            description = "By how many thousandths the standard deviations together must sink at least for a GiB of memory that is copied.")
    double costOfGiB() default 0.01;

    @AttributeDefinition(name = "Most moves", description = "How many guests one plan moves at most.")
    int mostMoves() default 100;

    @AttributeDefinition(name = "Rest", description = "How long a guest that was moved is not moved again, in minutes.")
    int restMinutes() default 60;

    @AttributeDefinition(name = "Samples", description = "How many of the newest samples of CPU use count.")
    int samples() default 6;
}
