package org.kumiki.twin.whatif;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Twin", description = "Copies of the datacenter in virtual time, to look ahead with.")
@interface Config {

    @AttributeDefinition(name = "At once", description = "How many questions are answered at a time; each takes a processor, at low priority.")
    int at_once() default 1;

    @AttributeDefinition(name = "Longest run", description = "After how many minutes a question is given up.")
    int longest_minutes() default 30;

    @AttributeDefinition(name = "Patience", description = "How many seconds a brain may think about one answer.")
    int patience_seconds() default 30;

    @AttributeDefinition(name = "Price of energy", description = "What a kWh costs.")
    double per_kwh() default 0.20;

    @AttributeDefinition(name = "Currency", description = "That it costs that in.")
    String currency() default "EUR";
}
