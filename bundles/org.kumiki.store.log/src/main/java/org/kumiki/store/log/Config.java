package org.kumiki.store.log;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Log Store", description = "Keeps the journal in the data directory.")
@interface Config {

    @AttributeDefinition(name = "Log size", description = "How much is written to one file before the next is begun, in MiB.")
    int logMiB() default 32;
}
