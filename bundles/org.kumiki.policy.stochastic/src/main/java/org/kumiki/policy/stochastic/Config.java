package org.kumiki.policy.stochastic;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Policy: Stochastic", description = "How guests are packed by what they use on the average and how much that varies.")
@interface Config {

    @AttributeDefinition(name = "Advise", description = "Only say what should be done.")
    boolean advise() default false;

    @AttributeDefinition(name = "Spare for who comes", description = "How many standard deviations of what all its guests use must be free on a host to which"
            + " one comes that has to leave its own.")
    double spare() default 1;

    @AttributeDefinition(name = "Spare to empty a host", description = "How many there must be on the hosts that take the guests of one that becomes empty.")
    double spareToEmpty() default 1.5;

    @AttributeDefinition(name = "Samples", description = "How many of the newest samples of CPU use count, the newer the more.")
    int samples() default 30;
}
