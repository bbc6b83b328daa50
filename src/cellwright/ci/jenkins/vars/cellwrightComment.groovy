import groovy.json.JsonOutput

/**
 * Writes a comment to a pull request on GitHub, or a merge request on GitLab; elsewhere the build's page has it.
 *
 * It is sent from an agent on which nothing of the proposal has run: the git server's token is never beside that.
 */
def call(String change, String markdown) {
    String address = addressOf(env.FLEET_REPOSITORY ?: '', change)
    if (!address) {
        echo('No comment is written: this git server is neither GitHub nor GitLab, or no change is named.')
        return
    }
    cellwrightNode([:]) {
        writeFile(file: 'cellwright-comment.json', text: JsonOutput.toJson([body: markdown]))
        withCredentials([usernamePassword(credentialsId: 'fleet-repository', usernameVariable: 'GIT_USER', passwordVariable: 'GIT_TOKEN')]) {
            withEnv(["CELLWRIGHT_ADDRESS=${address}"]) {
                int status = sh(
                    label: 'comment',
                    returnStatus: true,
                    script: 'printf \'header = "Authorization: Bearer %s"\\n\' "$GIT_TOKEN" | curl --fail --silent --show-error --max-time 60 --config - --header "Content-Type: application/json" --data @cellwright-comment.json --output /dev/null -- "$CELLWRIGHT_ADDRESS"'
                )
                if (status != 0) {
                    echo("The comment could not be written (curl ${status}); the build's page has it.".toString())
                }
            }
        }
    }
}

/** Gives where a change's comments are sent; empty if that is not known. */
String addressOf(String repository, String change) {
    if (!(change ==~ /[0-9]{1,9}/)) {
        return ''
    }
    List parts = repository.replaceFirst('^https://', '').replaceFirst('[.]git$', '').tokenize('/')
    if (parts.size() < 3) {
        return ''
    }
    String path = parts.drop(1).join('/')
    if (parts[0] == 'github.com') {
        return "https://api.github.com/repos/${path}/issues/${change}/comments".toString()
    }
    if (parts[0].contains('gitlab')) {
        String project = path.replace('/', '%2F')
        return "https://${parts[0]}/api/v4/projects/${project}/merge_requests/${change}/notes".toString()
    }
    return ''
}
