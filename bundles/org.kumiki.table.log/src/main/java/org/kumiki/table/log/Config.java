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

    @AttributeDefinition(name = "Domain size", description = "How many bytes the names and values of a domain may have together, in MiB. "
            + "All of it is in memory, and takes several times as much there.", min = "1")
    int domainMiB() default 10_240;
}
