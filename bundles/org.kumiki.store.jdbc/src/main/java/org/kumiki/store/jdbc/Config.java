package org.kumiki.store.jdbc;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Kumiki JDBC Store", description = "Where the journal is kept.")
@interface Config {

    @AttributeDefinition(name = "URL", description = "Of the database; empty for an embedded one in the data directory.")
    String url() default "";

    @AttributeDefinition(name = "User", description = "Who logs in to the database.")
    String user() default "kumiki";

    @AttributeDefinition(name = "Password", description = "With what; the embedded one is a file of ours and needs none.",
            type = AttributeType.PASSWORD)
    String _password() default "";
}
