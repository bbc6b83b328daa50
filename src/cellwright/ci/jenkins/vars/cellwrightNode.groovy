/**
 * Runs a block on an agent that has Cellwright, in the name of a person.
 *
 * given.actor: who acts, as Jenkins knows them; it is recorded in the audit trail, with this build beside it.
 * given.label: which agents; the ones that may apply if it is left out.
 *
 * Where the agent is lost, or the controller is started anew and the agent with it, the block is run again on
 * another one. So a block has to be one that may be run twice: each command of Cellwright that is used here is.
 */
def call(Map given, Closure body) {
    String label = given.label ?: (env.CELLWRIGHT_LABEL ?: 'cellwright')
    String actor = given.actor ?: ''
    return retry(count: 3, conditions: [agent(), nonresumable()]) {
        node(label) {
            withEnv(["CELLWRIGHT_ACTOR=${actor}", "CELLWRIGHT_ACTS_FOR=${actor}", "BUILD_USER_ID=${actor}"]) {
                identified(actor, body)
            }
        }
    }
}

/**
 * Lets a build in which somebody acts show who it is, with a token that Jenkins signs for this build alone, and which
 * Cellwright verifies; with another one for AWS, so that neither is good for the other. And lets git reach the fleet's
 * repository. Each is left out where no variable names it.
 */
def identified(String actor, Closure body) {
    List wanted = []
    if (actor && env.CELLWRIGHT_ID_TOKEN_CREDENTIALS) {
        wanted << file(credentialsId: env.CELLWRIGHT_ID_TOKEN_CREDENTIALS, variable: 'CELLWRIGHT_ID_TOKEN_FILE')
    }
    if (actor && env.CELLWRIGHT_AWS_TOKEN_CREDENTIALS) {
        wanted << file(credentialsId: env.CELLWRIGHT_AWS_TOKEN_CREDENTIALS, variable: 'CELLWRIGHT_AWS_TOKEN_FILE')
    }
    if (env.CELLWRIGHT_GIT_CREDENTIALS) {
        wanted << gitUsernamePassword(credentialsId: env.CELLWRIGHT_GIT_CREDENTIALS)
    }
    if (!wanted) {
        return body()
    }
    withCredentials(wanted) {
        return body()
    }
}
