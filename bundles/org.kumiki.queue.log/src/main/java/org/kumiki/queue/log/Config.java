package org.kumiki.queue.log;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Queues in a Log", description = "Keeps queues of messages in a directory.")
@interface Config {

    @AttributeDefinition(name = "Directory", description = "Where queues are kept. Empty: in the data directory.")
    String directory() default "";

    @AttributeDefinition(name = "Segment size", description = "How much is written to one file of the log before the next is begun, in MiB.",
            min = "1", max = "1024")
    int segmentMiB() default 64;
}
