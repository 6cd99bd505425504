package org.kumiki.aws.wire;

import java.util.Set;

/**
 * An action of a service.
 *
 * @param name    what the {@code Action} parameter says
 * @param input   what it takes
 * @param output  what it answers
 * @param answers whether the model gives it an answer at all; where not, EC2 says {@code <return>true</return>}
 * @param wrapper the element around the answer in the query protocol, such as {@code CreateQueueResult}
 * @param filters the names of the filters that the service's documentation lists for it, such as {@code instance-state-name};
 *                one that a tag's key completes ends in a colon, {@code tag:}
 */
public record Operation(String name, StructureShape input, StructureShape output, boolean answers, String wrapper, Set<String> filters) {

    public Operation {
        filters = Set.copyOf(filters);
    }
}
