package org.kumiki.aws.s3;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki S3", description = "When lifecycles of buckets act.")
@interface Config {

    @AttributeDefinition(name = "Lifecycle period", description = "How often what has expired is looked for, in seconds.", min = "1")
    int lifecyclePeriodSeconds() default 3600;

    @AttributeDefinition(name = "Length of a day", description = "How long a day of a lifecycle is, in seconds. Anything but 86400 is for trying "
            + "lifecycles out: then nothing waits for midnight.", min = "1")
    int lifecycleDaySeconds() default 86_400;
}
