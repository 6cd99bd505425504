package org.kumiki.policy.maintenance;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Policy: Maintenance", description = "How hosts are emptied that an operator drains.")
@interface Config {

    @AttributeDefinition(name = "Advise", description = "Only say what should be done.")
    boolean advise() default false;

    @AttributeDefinition(name = "Comfortable load",
            description = "Of the CPUs of a host, from 0 to 1: up to which guests rather go to it. Above it they go only if they must.")
    double comfortableLoad() default 0.8;
}
