/**
 * AWS's resource policies: who may do what with a bucket, a queue or whatever else a façade has. {@link org.kumiki.aws.policy.Policy} reads one and
 * judges by it; what its resources and conditions are called is told by the façade. Immutable and pure.
 */
@Export
@Version("1.0.0")
package org.kumiki.aws.policy;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
