/** Amazon's SimpleDB over a store of tables. */
package org.kumiki.aws.simpledb;
