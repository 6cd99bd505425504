/**
 * The wire formats of AWS's XML services, driven by the service models that AWS publishes.
 * <p>
 * A {@link org.kumiki.aws.wire.Service} is such a model, read once when a façade starts. Its
 * {@link org.kumiki.aws.wire.Operation operations} name the {@link org.kumiki.aws.wire.Shape shapes} of what goes in
 * and what comes out; a {@link org.kumiki.aws.wire.Structure} is a value of such a shape, whether a request that
 * {@link org.kumiki.aws.wire.QueryReader} read or an answer that {@link org.kumiki.aws.wire.XmlWriter} will write.
 * Because names, nesting and limits all come from the model, a new action brings no marshalling code of its own.
 * <p>
 * Everything here is immutable or confined to one request, and so thread-safe; nothing here does input or output.
 */
@Export
@Version("1.0.0")
package org.kumiki.aws.wire;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
