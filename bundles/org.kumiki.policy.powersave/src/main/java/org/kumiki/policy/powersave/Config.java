package org.kumiki.policy.powersave;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Policy: Power saving", description = "When hosts sleep, and when they are woken.")
@interface Config {

    @AttributeDefinition(name = "Advise", description = "Only say what should be done.")
    boolean advise() default false;

    @AttributeDefinition(name = "Ahead", description = "How far ahead load is predicted, in minutes; 0 to go by the load of now.")
    int aheadMinutes() default 60;

    @AttributeDefinition(name = "Target load", description = "Of the CPUs of a host, from 0 to 1, up to which it is filled.")
    double targetLoad() default 0.8;

    @AttributeDefinition(name = "Most load", description = "Of the CPUs of a host, from 0 to 1: above it guests are taken off.")
    double mostLoad() default 0.88;

    @AttributeDefinition(name = "Awake", description = "How many empty hosts stay awake for launches.")
    int awake() default 1;

    @AttributeDefinition(name = "Rest", description = "How long a guest that was moved is not moved again to save power, in minutes.")
    int restMinutes() default 60;

    @AttributeDefinition(name = "Samples", description = "How many of the newest samples of CPU use count.")
    int samples() default 3;
}
