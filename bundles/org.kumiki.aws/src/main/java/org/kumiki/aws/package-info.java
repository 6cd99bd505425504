/**
 * What the AWS-style façades share: {@link org.kumiki.aws.AwsServlet} takes a request apart, finds out who sent it, and
 * lets the {@link org.kumiki.aws.Actions} of the façade answer. A façade is a servlet service and a table of actions.
 */
@Export
@Version("1.0.0")
package org.kumiki.aws;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
