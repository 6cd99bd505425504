package org.kumiki.store.jdbc.queues;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki Queues in PostgreSQL", description = "Keeps queues of messages in a database that several control planes share.")
@interface Config {

    @AttributeDefinition(name = "URL", description = "Of the database, as in jdbc:postgresql://db.example.com/kumiki.")
    String url();

    @AttributeDefinition(name = "User", description = "Who logs in to the database, and may make tables there.")
    String user() default "kumiki";

    @AttributeDefinition(name = "Password", description = "With what.", type = AttributeType.PASSWORD)
    String _password() default "";

    @AttributeDefinition(name = "Connections", description = "How many transactions may go on at a time; one connection more hears of the others.",
            min = "1", max = "200")
    int connections() default 8;
}
