package org.kumiki.policy.beloglazov;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Policy: Beloglazov and Buyya", description = "How guests are consolidated by the heuristics of Beloglazov and Buyya.")
@interface Config {

    @AttributeDefinition(name = "Advise", description = "Only say what should be done.")
    boolean advise() default false;

    @AttributeDefinition(name = "Overload", description = "When a host has too much: thr, by a threshold; iqr, by the interquartile range of its load; mad, by"
            + " its median absolute deviation; lr, by local regression.")
    String overload() default "iqr";

    @AttributeDefinition(name = "Parameter", description = "Of thr, the threshold; of the others, how careful they are.")
    double parameter() default 1.5;

    @AttributeDefinition(name = "Selection", description = "Which guest leaves such a host: mmt, the one that moves fastest; mu, the one that uses least; rs,"
            + " any; mc, the one whose load goes most with that of the others.")
    String selection() default "mmt";
}
