/** Why a place that could have credentials is of no use. Only a reason for a later error: the search goes on elsewhere. */
export class CredentialProblem extends Error {
  override readonly name = "CredentialProblem";
}
