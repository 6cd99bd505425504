package org.kumiki.scaling.queue;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** One configuration makes one group of workers. */
@ObjectClassDefinition(name = "Kumiki Scaling by a Queue", description = "Workers that come and go with the length of a queue.")
@interface Config {

    @AttributeDefinition(name = "Name", description = "Of the group: its instances carry the tag kumiki:scaling with it.")
    String name();

    @AttributeDefinition(name = "Account", description = "Twelve digits: whose queue it is, and whose instances.")
    String account() default "000000000001";

    @AttributeDefinition(name = "Queue", description = "The name of the queue that work waits in.")
    String queue();

    @AttributeDefinition(name = "Image", description = "What workers are launched from: an image that begins to work by itself, or by its user data.")
    String image();

    @AttributeDefinition(name = "Type", description = "The instance type of workers.")
    String type() default "t2.nano";

    @AttributeDefinition(name = "Key", description = "The key pair whose owner may log in; none if empty.")
    String key() default "";

    @AttributeDefinition(name = "User data", description = "A file with what workers are told at their launch; none if empty.")
    String userData() default "";

    @AttributeDefinition(name = "Devices", description = "Volumes of each worker besides its root: /dev/sdf=snap-…; they go with it.")
    String[] devices() default {};

    @AttributeDefinition(name = "Least", description = "So many workers there are always.")
    int least() default 0;

    @AttributeDefinition(name = "Most", description = "There are never more workers than that.")
    int most() default 10;

    @AttributeDefinition(name = "Messages per worker", description = "How long the queue may be for each worker, before there are more of them.")
    int messagesPerWorker() default 10;

    @AttributeDefinition(name = "Calm", description = "For how many seconds fewer workers must have been enough before some are ended.")
    double calmSeconds() default 300;

    @AttributeDefinition(name = "Every", description = "How often it looks, in seconds.")
    double everySeconds() default 10;
}
