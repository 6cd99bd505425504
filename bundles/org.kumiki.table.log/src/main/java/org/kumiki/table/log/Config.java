package org.kumiki.table.log;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Tables", description = "Keeps items with attributes in memory, and in a log.")
@interface Config {

    @AttributeDefinition(name = "Directory", description = "Where the log is. Empty: in the data directory.")
    String directory() default "";

    @AttributeDefinition(name = "Segment size", description = "How much is written to one file of the log before the next is begun, in MiB.",
            min = "1")
    int segmentMiB() default 64;

    @AttributeDefinition(name = "Memory", description = "How much memory all domains may take together, in MiB. 0: half of what Java has.", min = "0")
    int memoryMiB() default 0;

    @AttributeDefinition(name = "Domain size", description = "How many bytes the names and values of a domain may have together, in MiB.",
            min = "1")
    int domainMiB() default 10_240;
}
