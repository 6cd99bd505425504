package org.kumiki.storage.file;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Blobs in Files", description = "Keeps blobs in a directory.")
@interface Config {

    @AttributeDefinition(name = "Directory", description = "Where blobs are kept. Empty: in the data directory.")
    String directory() default "";

    @AttributeDefinition(name = "Segment size", description = "How much is written to one file of the log before the next is begun, in MiB.",
            min = "1")
    int segmentMiB() default 128;
}
