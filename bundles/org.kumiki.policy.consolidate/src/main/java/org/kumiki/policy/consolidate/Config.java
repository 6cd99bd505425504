package org.kumiki.policy.consolidate;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Policy: Consolidate", description = "How guests are packed on few hosts.")
@interface Config {

    @AttributeDefinition(name = "Advise", description = "Only say what should be done.")
    boolean advise() default false;

    @AttributeDefinition(name = "Most load", description = "Of the CPUs of a host, from 0 to 1, that it may have after guests have come.")
    double mostLoad() default 0.8;

    @AttributeDefinition(name = "Worth", description = "How much guest memory, in GiB, may be copied to empty one host of a hundred watts.")
    int worthGiB() default 256;

    @AttributeDefinition(name = "Rest", description = "How long a guest that was moved is not moved again, in minutes.")
    int restMinutes() default 60;

    @AttributeDefinition(name = "Samples", description = "How many of the newest samples of CPU use count.")
    int samples() default 6;

    @AttributeDefinition(name = "Rounds",
            description = "How many rounds a better packing is searched for, which there may be when hosts differ; 0 for none.")
    int rounds() default 0;
}
