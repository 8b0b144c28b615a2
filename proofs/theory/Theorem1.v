(** * Theorem 1: depth 2n+1 and width 5dr express K_n exactly

    For an affine iterated function system of r maps of R^d with disjoint images we write down a
    ReLU network [theorem1_network] with 2n+1 hidden layers, at most 2dr + d + 1 <= 5dr units in
    each, whose output is >= 0 on K_n and < 0 everywhere else in R^d: no margin.  Here the images
    are separated by a given delta; that disjoint images always are is proved in Separation.v.

    Where this differs from the talk.
    - The talk's induction copies the smaller network r times, which makes the width r^n.  Here a
      level replaces the point u by F_i^-1(u), for the one branch i whose image u is near.
    - Near an image, but outside it, the gate of the branch lets through a point that has nothing
      to do with K_n (Strip.v).  So the state carries a penalty p next to u: p is 0 as long as u
      was in an image at every level, and never comes back to 0.
    - F_i(K_0) must lie in K_0, which the talk does not say.  Contractivity is not needed. *)

From Coq Require Import Reals List Lia Lra.
From Exactnet Require Import Network Prefractal Vectors.
Import ListNotations.
Open Scope R_scope.

(** ** The network *)

(** How far z is outside the cube: the sum over its coordinates. *)
Definition penalty (z : vec) : R := sum (map (fun c => relu (c - 1) + relu (- c - 1)) z).

(** The penalties of two branches are never both below delta. *)
Definition separates (d : nat) (Fs : ifs) (delta : R) : Prop :=
  0 < delta /\
  forall u i j F G,
    length u = d -> nth_error Fs i = Some F -> nth_error Fs j = Some G -> i <> j ->
    ~ (penalty (undo F u) < delta /\ penalty (undo G u) < delta).

(** The two units, before relu, of the coordinate g of a point in its penalty: g - 1 and -g - 1. *)
Definition walls (g : unit_of) : layer := [shift (-1) g; shift (-1) (opposite g)].

(** First hidden layer of a level, on the state p :: u: p, then u_j + 2, then the terms of the
    penalty of each F^-1(u), in blocks of 2d. *)
Definition wall_layer (d : nat) (Fs : ifs) : layer :=
  carry d :: map lift (map (shift 2) (identity d)
                       ++ flat_map (fun F => flat_map walls (backward F)) Fs).

(** Weight c on the 2d terms of one branch, and 0 on those of the branches before and after. *)
Definition select (d before after : nat) (c : R) : vec :=
  repeat 0 (before * (2 * d)) ++ repeat c (2 * d) ++ repeat 0 (after * (2 * d)).

(** delta - penalty, and F^-1(u)_j + 2 - B penalty where g is the row j of F^-1. *)
Definition score (d before after : nat) (delta : R) : unit_of :=
  Unit (0 :: repeat 0 d ++ select d before after (-1)) delta.

Definition gate (d before after : nat) (B : R) (g : unit_of) : unit_of :=
  Unit (0 :: weights g ++ select d before after (- B)) (bias g + 2 - 2 * sum (weights g)).

Fixpoint branches (d : nat) (delta B : R) (before : nat) (Fs : ifs) : layer :=
  match Fs with
  | [] => []
  | F :: rest =>
      (score d before (length rest) delta :: map (gate d before (length rest) B) (backward F))
      ++ branches d delta B (S before) rest
  end.

(** Second hidden layer of a level: p, then for each branch its score and its d gates. *)
Definition branch_layer (d : nat) (Fs : ifs) (delta B : R) : layer :=
  carry (d + length Fs * (2 * d)) :: branches d delta B 0 Fs.

Definition tile (r : nat) (w : vec) : vec := concat (repeat w r).

(** The next state: p + delta - (sum of the scores) and, for each j, (sum of the gates j) - 2. *)
Definition next_state (d r : nat) (delta : R) : layer :=
  Unit (1 :: tile r (-1 :: repeat 0 d)) delta
  :: map (fun e => Unit (0 :: tile r (0 :: weights e)) (bias e - 2)) (identity d).

(** The first state: p = 0 and u = x. *)
Definition first_state (d : nat) : layer := Unit (repeat 0 d) 0 :: identity d.

(** Last hidden layer: p and the terms of the penalty of u. *)
Definition final_layer (d : nat) : layer :=
  carry d :: map lift (flat_map walls (identity d)).

(** [levels n k state]: the hidden layers of n levels and the last one, after an affine map from
    R^k to the state. *)
Fixpoint levels (d : nat) (Fs : ifs) (delta B : R) (n k : nat) (state : layer) : list layer :=
  match n with
  | O => [compose k (final_layer d) state]
  | S m =>
      compose k (wall_layer d Fs) state
      :: branch_layer d Fs delta B
      :: levels d Fs delta B m (1 + length Fs * (1 + d)) (next_state d (length Fs) delta)
  end.

Definition theorem1_network (d : nat) (Fs : ifs) (delta B : R) (n : nat) : net :=
  Net (levels d Fs delta B n d (first_state d)) [Unit (repeat (-1) (1 + d * 2)) 0].

(** ** What a level computes *)

(** relu(u_j + 2) - 2: the carried coordinates are clipped at -2, which cannot hurt in K_0. *)
Definition clip (u : vec) : vec := map (fun c => relu (c + 2) - 2) u.

Definition gates (B : R) (u : vec) (F : generator) : vec :=
  map (fun c => relu (c + 2 - B * penalty (undo F u))) (undo F (clip u)).

Definition fold_point (d : nat) (Fs : ifs) (B : R) (u : vec) : vec :=
  map (fun c => c - 2) (vector_sum d (map (gates B u) Fs)).

Definition fold_penalty (Fs : ifs) (delta p : R) (u : vec) : R :=
  p + delta - sum (map (fun F => relu (delta - penalty (undo F u))) Fs).

(** ** Penalties *)

Definition wall_values (z : vec) : vec := flat_map (fun c => [relu (c - 1); relu (- c - 1)]) z.

Lemma sum_wall_values z : sum (wall_values z) = penalty z.
Proof. induction z; simpl; [reflexivity | unfold penalty, sum in *; simpl; lra]. Qed.

Lemma wall_values_length z : length (wall_values z) = (2 * length z)%nat.
Proof. induction z; simpl; [reflexivity | lia]. Qed.

Lemma penalty_terms z : Forall (fun c => 0 <= c) (wall_values z).
Proof.
  induction z; simpl; [constructor |]. repeat apply Forall_cons; auto using relu_nonneg.
Qed.

Lemma penalty_nonneg z : 0 <= penalty z.
Proof. rewrite <- sum_wall_values. apply sum_nonneg, penalty_terms. Qed.

(** z lies in the cube with sides longer by 2 * penalty z. *)
Lemma penalty_bounds z : Forall (fun c => c - 1 <= penalty z /\ - c - 1 <= penalty z) z.
Proof.
  induction z as [| c z IH]; constructor.
  - pose proof (penalty_nonneg z). pose proof (relu_above (c - 1)).
    pose proof (relu_above (- c - 1)). pose proof (relu_nonneg (c - 1)).
    pose proof (relu_nonneg (- c - 1)). unfold penalty, sum in *. simpl. lra.
  - revert IH. apply Forall_impl. intros a [H1 H2].
    pose proof (relu_nonneg (c - 1)). pose proof (relu_nonneg (- c - 1)).
    unfold penalty, sum in *. simpl. lra.
Qed.

Lemma penalty_zero d z : length z = d -> (penalty z <= 0 <-> cube d z).
Proof.
  intros E. split.
  - intros H. split; [assumption |]. generalize (penalty_bounds z). apply Forall_impl.
    intros c. lra.
  - intros [_ H]. unfold penalty. rewrite sum_zero; [lra |]. revert H. apply Forall_impl.
    intros c Hc. rewrite !relu_zero; lra.
Qed.

Lemma hidden_walls l x : hidden (flat_map walls l) x = wall_values (affine l x).
Proof.
  induction l as [| g l IH]; [reflexivity |]. unfold hidden in *. simpl. rewrite IH.
  rewrite !pre_shift, pre_opposite. reflexivity.
Qed.

(** ** The network computes the fold *)

Lemma hidden_app l l' x : hidden (l ++ l') x = hidden l x ++ hidden l' x.
Proof. unfold hidden. now rewrite affine_app, map_app. Qed.

Lemma hidden_cons u l x : hidden (u :: l) x = relu (pre u x) :: hidden l x.
Proof. reflexivity. Qed.

Lemma affine_cons u l x : affine (u :: l) x = pre u x :: affine l x.
Proof. reflexivity. Qed.

Lemma hidden_lift l a x : hidden (map lift l) (a :: x) = hidden l x.
Proof. unfold hidden. now rewrite affine_lift. Qed.

Lemma hidden_compose n outer inner x :
  layer_shaped n inner -> length x = n ->
  hidden (compose n outer inner) x = hidden outer (affine inner x).
Proof. intros. unfold hidden. now rewrite affine_compose. Qed.

Definition all_walls (u : vec) (Fs : ifs) : vec := flat_map (fun F => wall_values (undo F u)) Fs.

Lemma all_walls_length d u Fs :
  Forall (invertible d) Fs -> length (all_walls u Fs) = (length Fs * (2 * d))%nat.
Proof.
  induction 1 as [| F Fs HF _ IH]; [reflexivity |]. unfold all_walls in *. simpl.
  rewrite app_length, IH, wall_values_length, (undo_length d); trivial.
Qed.

Lemma wall_layer_correct d Fs p u :
  0 <= p -> length u = d ->
  hidden (wall_layer d Fs) (p :: u) = p :: map (fun c => relu (c + 2)) u ++ all_walls u Fs.
Proof.
  intros Hp <-. unfold wall_layer. rewrite hidden_cons, pre_carry, relu_id by assumption.
  rewrite hidden_lift, hidden_app. f_equal. f_equal.
  - rewrite <- (affine_identity u) at 3. unfold hidden, affine. rewrite !map_map.
    apply map_ext. intros e. now rewrite pre_shift.
  - clear. induction Fs as [| F Fs IH]; [reflexivity |]. simpl.
    now rewrite hidden_app, hidden_walls, IH.
Qed.

Lemma dot_select d c u Fs1 F Fs2 :
  Forall (invertible d) (Fs1 ++ F :: Fs2) ->
  dot (select d (length Fs1) (length Fs2) c) (all_walls u (Fs1 ++ F :: Fs2))
  = c * penalty (undo F u).
Proof.
  intros H. apply Forall_app in H. destruct H as [H1 H]. inversion H as [| ? ? HF H2]; subst.
  unfold all_walls. rewrite flat_map_app. simpl. fold (all_walls u Fs1) (all_walls u Fs2).
  unfold select. rewrite dot_app, dot_zeros by (now rewrite repeat_length, (all_walls_length d)).
  assert (E : length (wall_values (undo F u)) = (2 * d)%nat)
    by (rewrite wall_values_length; f_equal; now apply undo_length).
  rewrite dot_app, dot_zeros by (now rewrite repeat_length).
  rewrite <- E, dot_repeat, sum_wall_values. lra.
Qed.

Lemma branches_correct d delta B p u Fs1 Fs2 :
  Forall (invertible d) (Fs1 ++ Fs2) -> length u = d ->
  hidden (branches d delta B (length Fs1) Fs2)
         (p :: map (fun c => relu (c + 2)) u ++ all_walls u (Fs1 ++ Fs2))
  = flat_map (fun F => relu (delta - penalty (undo F u)) :: gates B u F) Fs2.
Proof.
  revert Fs1. induction Fs2 as [| F Fs2 IH]; intros Fs1 H Hu; [reflexivity |].
  assert (HF : invertible d F)
    by (rewrite Forall_forall in H; apply H, in_or_app; right; left; reflexivity).
  cbn [branches flat_map]. rewrite hidden_app. f_equal.
  - rewrite hidden_cons. f_equal.
    + unfold pre. simpl. rewrite dot_app by (now rewrite repeat_length, map_length).
      rewrite dot_zeros, dot_select by assumption. f_equal. lra.
    + destruct HF as (_ & _ & _ & HF & _). unfold hidden, affine, gates, undo, affine.
      rewrite !map_map. apply map_ext_in. intros g Hg.
      unfold layer_shaped in HF. rewrite Forall_forall in HF. specialize (HF g Hg).
      unfold pre. simpl. rewrite dot_app by (rewrite map_length; congruence).
      rewrite dot_select by assumption. unfold clip.
      rewrite <- (map_map (fun c => relu (c + 2)) (fun c => c - 2)).
      rewrite dot_shift by (rewrite map_length; congruence). f_equal. unfold undo, affine, pre. lra.
  - specialize (IH (Fs1 ++ [F])). rewrite <- app_assoc, app_length, Nat.add_1_r in IH.
    apply IH; assumption.
Qed.

Lemma dot_tile m w (h : generator -> vec) Fs :
  length w = m -> Forall (fun F => length (h F) = m) Fs ->
  dot (tile (length Fs) w) (flat_map h Fs) = sum (map (fun F => dot w (h F)) Fs).
Proof.
  intros Hw. induction 1 as [| F Fs HF _ IH]; [reflexivity |].
  unfold tile in *. simpl. rewrite dot_app by congruence. now rewrite IH.
Qed.

Lemma gates_length d B u F : invertible d F -> length (gates B u F) = d.
Proof. intros H. unfold gates. rewrite map_length. now apply undo_length. Qed.

Lemma level_correct d Fs delta B p u :
  Forall (invertible d) Fs -> 0 <= p -> length u = d ->
  affine (next_state d (length Fs) delta)
         (hidden (branch_layer d Fs delta B) (hidden (wall_layer d Fs) (p :: u)))
  = fold_penalty Fs delta p u :: fold_point d Fs B u.
Proof.
  intros H Hp Hu. rewrite wall_layer_correct by assumption. unfold branch_layer.
  rewrite hidden_cons, pre_carry, relu_id by assumption.
  pose proof (branches_correct d delta B p u [] Fs H Hu) as Hb. cbn [length app] in Hb. rewrite Hb.
  set (block := fun F => relu (delta - penalty (undo F u)) :: gates B u F).
  assert (Hgates : Forall (fun v => length v = d) (map (gates B u) Fs)).
  { apply Forall_map. revert H. apply Forall_impl. intros F. apply gates_length. }
  assert (Hblock : Forall (fun F => length (block F) = S d) Fs).
  { revert H. apply Forall_impl. intros F HF. simpl. f_equal. now apply gates_length. }
  unfold next_state. rewrite affine_cons. f_equal.
  - unfold pre. simpl. rewrite (dot_tile (S d)) by (simpl; now rewrite ?repeat_length).
    unfold fold_penalty. unfold sum. clear. induction Fs as [| F Fs IH]; simpl in *; [lra |].
    rewrite dot_zeros. lra.
  - unfold fold_point. pose proof (identity_shaped d) as Hid.
    rewrite <- (affine_identity (vector_sum d _)). rewrite vector_sum_length by assumption.
    unfold affine. rewrite !map_map. apply map_ext_in. intros e He.
    unfold layer_shaped in Hid. rewrite Forall_forall in Hid. specialize (Hid e He).
    unfold pre. simpl. rewrite (dot_tile (S d)) by (simpl; now rewrite ?Hid).
    rewrite dot_vector_sum by assumption. rewrite map_map.
    replace (map (fun F => dot (0 :: weights e) (block F)) Fs)
      with (map (fun F => dot (weights e) (gates B u F)) Fs); [lra |].
    apply map_ext. intros F. simpl. lra.
Qed.

(** ** The fold is right *)

(** If some branch is live, it is the only one. *)
Lemma live_branch d Fs delta u F :
  separates d Fs delta -> length u = d -> In F Fs -> penalty (undo F u) < delta ->
  exists Fs1 Fs2, Fs = Fs1 ++ F :: Fs2 /\
                  Forall (fun G => delta <= penalty (undo G u)) (Fs1 ++ Fs2).
Proof.
  intros [_ Hsep] Hu HF Hlive. destruct (in_split F Fs HF) as (Fs1 & Fs2 & E).
  exists Fs1, Fs2. split; [assumption |]. apply Forall_forall. intros G HG.
  destruct (Rlt_le_dec (penalty (undo G u)) delta) as [Hlt |]; [exfalso | assumption].
  assert (Ei : nth_error Fs (length Fs1) = Some F).
  { rewrite E, nth_error_app2, Nat.sub_diag by lia. reflexivity. }
  apply in_app_or in HG. destruct HG as [HG | HG]; apply In_nth_error in HG; destruct HG as [k Hk].
  - assert (k < length Fs1)%nat by (apply nth_error_Some; congruence).
    apply (Hsep u (length Fs1) k F G); auto; [| lia].
    rewrite E, nth_error_app1 by assumption. assumption.
  - apply (Hsep u (length Fs1) (length Fs1 + S k)%nat F G); auto; [| lia].
    rewrite E, nth_error_app2 by lia. replace (_ - _)%nat with (S k) by lia. assumption.
Qed.

Definition scores (Fs : ifs) (delta : R) (u : vec) : vec :=
  map (fun F => relu (delta - penalty (undo F u))) Fs.

(** A dead branch scores 0, so the score of the live one is the sum. *)
Lemma scores_dead Fs delta u :
  Forall (fun G => delta <= penalty (undo G u)) Fs -> sum (scores Fs delta u) = 0.
Proof.
  intros H. apply sum_zero. revert H. apply Forall_impl. intros G HG. apply relu_zero. lra.
Qed.

Lemma scores_live Fs1 F Fs2 delta u :
  Forall (fun G => delta <= penalty (undo G u)) (Fs1 ++ Fs2) -> penalty (undo F u) < delta ->
  sum (scores (Fs1 ++ F :: Fs2) delta u) = delta - penalty (undo F u).
Proof.
  intros H HF. apply Forall_app in H. destruct H as [H1 H2].
  apply scores_dead in H1, H2. unfold scores in *. rewrite map_app, sum_app, H1.
  change (sum (map ?f (F :: Fs2))) with (f F + sum (map f Fs2)). simpl. rewrite H2, relu_id; lra.
Qed.

(** A dead branch lets nothing through its gates. *)
Lemma gates_dead d B delta u G :
  invertible d G -> 0 < delta -> 1 + 3 / delta <= B ->
  clip u = u -> delta <= penalty (undo G u) -> gates B u G = repeat 0 d.
Proof.
  intros HG Hd HB Hu Hdead. rewrite <- (undo_length d G u HG). unfold gates. rewrite Hu.
  pose proof (penalty_bounds (undo G u)) as Hb.
  assert (3 <= (B - 1) * penalty (undo G u)).
  { replace 3 with (3 / delta * delta) by (field; lra). apply Rmult_le_compat; try lra.
    apply Rlt_le, Rdiv_lt_0_compat; lra. }
  remember (penalty (undo G u)) as P. clear - Hb H.
  induction Hb as [| c z [Hc _] Hz IH]; [reflexivity |]. simpl.
  rewrite IH, relu_zero by lra. reflexivity.
Qed.

(** The branch of an image that u lies in gives F^-1(u). *)
Lemma gates_image d B u F :
  cube d (undo F u) -> clip u = u ->
  map (fun c => c - 2) (gates B u F) = undo F u.
Proof.
  intros Hz Hu. unfold gates. rewrite Hu.
  assert (Hp : penalty (undo F u) = 0).
  { apply Rle_antisym; [| apply penalty_nonneg]. apply (penalty_zero d); [apply Hz | assumption]. }
  rewrite Hp, map_map. destruct Hz as [_ Hz]. clear Hp.
  induction Hz as [| c z Hc _ IH]; [reflexivity |]. simpl. rewrite IH, relu_id by lra. f_equal. lra.
Qed.

Lemma clip_cube d u : cube d u -> clip u = u.
Proof.
  intros [_ H]. unfold clip. induction H as [| c u Hc _ IH]; [reflexivity |].
  simpl. rewrite IH, relu_id by lra. f_equal. lra.
Qed.

Lemma branches_length d delta B before Fs :
  Forall (invertible d) Fs -> length (branches d delta B before Fs) = (length Fs * (1 + d))%nat.
Proof.
  intros H. revert before. induction H as [| F Fs HF _ IH]; intros before; [reflexivity |].
  cbn [branches]. rewrite app_length, IH. cbn [length]. rewrite map_length.
  destruct HF as (_ & _ & E & _). rewrite E. lia.
Qed.

Lemma tile_length r w : length (tile r w) = (r * length w)%nat.
Proof.
  unfold tile. induction r as [| r IH]; [reflexivity |]. cbn [repeat concat].
  rewrite app_length, IH. reflexivity.
Qed.

Lemma next_state_shaped d r delta : layer_shaped (1 + r * (1 + d)) (next_state d r delta).
Proof.
  constructor.
  - cbn [weights length]. rewrite tile_length. cbn [length]. now rewrite repeat_length.
  - apply Forall_map. generalize (identity_shaped d). apply Forall_impl. intros e He.
    cbn [weights length]. rewrite tile_length. cbn [length]. now rewrite He.
Qed.

Lemma readout_correct c v : affine [Unit (repeat c (length v)) 0] v = [c * sum v].
Proof. unfold affine, pre. cbn [map weights bias]. rewrite dot_repeat. f_equal. lra. Qed.

Section Correctness.

Variables (d : nat) (Fs : ifs) (delta B : R).
Hypothesis Hinv : Forall (invertible d) Fs.
Hypothesis Hbase : maps_into_base d Fs.
Hypothesis Hsep : separates d Fs delta.
Hypothesis HB : 1 + 3 / delta <= B.

(** The penalty stays where it is on the images, and grows elsewhere. *)
Lemma fold_penalty_spec p u :
  length u = d ->
  p <= fold_penalty Fs delta p u /\
  (fold_penalty Fs delta p u <= p <-> exists F, In F Fs /\ cube d (undo F u)).
Proof.
  intros Hu. assert (Hd : 0 < delta) by apply Hsep.
  unfold fold_penalty. fold (scores Fs delta u).
  destruct (Exists_dec (fun F => penalty (undo F u) < delta) Fs) as [Hlive | Hdead].
  { intros F. apply Rlt_dec. }
  - apply Exists_exists in Hlive. destruct Hlive as (F & HF & Hlive).
    destruct (live_branch d Fs delta u F) as (Fs1 & Fs2 & E & Hrest); trivial.
    rewrite E at 1 2. rewrite scores_live by assumption. pose proof (penalty_nonneg (undo F u)).
    assert (HlF : length (undo F u) = d)
      by (rewrite Forall_forall in Hinv; now apply undo_length, Hinv).
    split; [lra |]. split.
    + intros Hp. exists F. split; [assumption |]. apply (penalty_zero d); [assumption | lra].
    + intros (G & HG & Hz). enough (penalty (undo F u) <= 0) by lra.
      assert (HG0 : penalty (undo G u) <= 0) by (apply (penalty_zero d); [apply Hz | assumption]).
      rewrite E in HG. apply in_elt_inv in HG. destruct HG as [-> | HG]; [assumption |].
      rewrite Forall_forall in Hrest. specialize (Hrest G HG). lra.
  - assert (Hall : Forall (fun G => delta <= penalty (undo G u)) Fs).
    { apply Forall_Exists_neg in Hdead. revert Hdead. apply Forall_impl. intros; lra. }
    rewrite scores_dead by assumption. split; [lra |]. split; [lra |].
    intros (G & HG & Hz). apply (penalty_zero d) in Hz; [| apply Hz].
    rewrite Forall_forall in Hall. specialize (Hall G HG). lra.
Qed.

Lemma fold_point_length u : length (fold_point d Fs B u) = d.
Proof.
  unfold fold_point. rewrite map_length. apply vector_sum_length, Forall_map.
  revert Hinv. apply Forall_impl. intros F. apply gates_length.
Qed.

(** Inside the image of F, the fold is F^-1. *)
Lemma fold_point_image u F :
  In F Fs -> cube d u -> cube d (undo F u) -> fold_point d Fs B u = undo F u.
Proof.
  intros HF Hu Hz. assert (Hd : 0 < delta) by apply Hsep.
  assert (HF0 : penalty (undo F u) <= 0) by (apply (penalty_zero d); [apply Hz | assumption]).
  destruct (live_branch d Fs delta u F) as (Fs1 & Fs2 & E & Hrest); trivial; [apply Hu | lra |].
  unfold fold_point. rewrite E, map_app. simpl. rewrite vector_sum_single.
  - apply (gates_image d); [assumption | now apply (clip_cube d)].
  - apply gates_length. rewrite Forall_forall in Hinv. now apply Hinv.
  - rewrite <- map_app. apply Forall_map. rewrite Forall_forall in *. intros G HG.
    apply (gates_dead d B delta); trivial.
    + apply Hinv. rewrite E. apply in_app_or in HG. apply in_or_app. simpl. tauto.
    + now apply (clip_cube d).
    + now apply Hrest.
Qed.

(** One level: this holds for every n, and the theorem is an induction on it. *)
Lemma fold_level n p u :
  0 <= p -> length u = d ->
  (fold_penalty Fs delta p u <= 0 /\ K d Fs n (fold_point d Fs B u) <-> p <= 0 /\ K d Fs (S n) u).
Proof.
  intros Hp Hu. destruct (fold_penalty_spec p u Hu) as [Hge Hle].
  assert (Hi : forall F, In F Fs -> invertible d F) by (apply Forall_forall; assumption).
  split.
  - intros [Hp' HK]. split; [lra |].
    destruct Hle as [Hle _]. destruct Hle as (F & HF & Hz); [lra |].
    assert (Eu : u = apply F (undo F u)) by (symmetry; now apply (Hi F HF)).
    exists F, (undo F u). repeat split; trivial.
    rewrite <- (fold_point_image u F); trivial. rewrite Eu. now apply Hbase.
  - intros [Hp0 HK]. pose proof (K_in_cube d Fs (S n) u Hbase HK) as Hcube.
    destruct HK as (F & y & HF & HK & Eu). pose proof (K_in_cube d Fs n y Hbase HK) as Hy.
    assert (Ey : undo F u = y) by (rewrite Eu; apply (Hi F HF), Hy).
    split.
    + enough (fold_penalty Fs delta p u <= p) by lra. apply Hle. exists F. now rewrite Ey.
    + rewrite (fold_point_image u F); rewrite ?Ey; trivial.
Qed.

Lemma levels_correct n k state x p u :
  layer_shaped k state -> length x = k -> affine state x = p :: u -> 0 <= p -> length u = d ->
  0 <= nth 0 (affine [Unit (repeat (-1) (1 + d * 2)) 0]
                (fold_left (fun v l => hidden l v) (levels d Fs delta B n k state) x)) 0
  <-> p <= 0 /\ K d Fs n u.
Proof.
  revert k state x p u. induction n as [| n IH]; intros k state x p u Hs Hx Hpu Hp Hu.
  - cbn [levels fold_left]. rewrite hidden_compose, Hpu by assumption.
    unfold final_layer. rewrite hidden_cons, pre_carry, hidden_lift, hidden_walls.
    rewrite relu_id by assumption.
    rewrite <- Hu at 2. rewrite affine_identity.
    replace (1 + d * 2)%nat with (length (p :: wall_values u))
      by (cbn [length]; rewrite wall_values_length; lia).
    rewrite readout_correct. cbn [nth].
    replace (sum (p :: wall_values u)) with (p + penalty u) by now rewrite <- sum_wall_values.
    cbn [K]. rewrite <- (penalty_zero d u) by assumption. pose proof (penalty_nonneg u). lra.
  - cbn [levels fold_left]. rewrite hidden_compose, Hpu by assumption.
    rewrite <- fold_level by assumption. apply IH.
    + apply next_state_shaped.
    + unfold hidden, branch_layer. rewrite map_length, affine_length. cbn [length].
      now rewrite (branches_length d).
    + now apply level_correct.
    + destruct (fold_penalty_spec p u Hu). lra.
    + apply fold_point_length.
Qed.

(** The network is exact, for every n and on all of R^d. *)
Theorem theorem1_correct n x :
  length x = d -> (0 <= output (theorem1_network d Fs delta B n) x <-> K d Fs n x).
Proof.
  intros Hx. unfold output, eval, theorem1_network. cbn [layers readout].
  rewrite (levels_correct n d (first_state d) x 0 x); try lra; trivial.
  - split; [tauto | intros H; split; [lra | assumption]].
  - constructor; [apply repeat_length | apply identity_shaped].
  - unfold first_state. rewrite affine_cons. unfold pre. simpl. rewrite dot_zeros.
    rewrite <- Hx, affine_identity. f_equal. lra.
Qed.

End Correctness.

(** ** Size *)

Lemma walls_length (l : layer) : length (flat_map walls l) = (2 * length l)%nat.
Proof. induction l; simpl; lia. Qed.

Lemma wall_layer_length d Fs :
  Forall (invertible d) Fs -> length (wall_layer d Fs) = (2 * d * length Fs + d + 1)%nat.
Proof.
  intros H. unfold wall_layer. cbn [length].
  rewrite map_length, app_length, map_length, identity_length.
  replace (length (flat_map _ Fs)) with (2 * d * length Fs)%nat; [lia |].
  induction H as [| F Fs HF _ IH]; cbn [flat_map length]; [lia |].
  rewrite app_length, <- IH, walls_length. destruct HF as (_ & _ & E & _). rewrite E. lia.
Qed.

Lemma branch_layer_length d Fs delta B :
  Forall (invertible d) Fs ->
  length (branch_layer d Fs delta B) = (d * length Fs + length Fs + 1)%nat.
Proof.
  intros H. unfold branch_layer. cbn [length]. rewrite (branches_length d) by trivial. lia.
Qed.

Lemma final_layer_length d : length (final_layer d) = (2 * d + 1)%nat.
Proof.
  unfold final_layer. cbn [length]. rewrite map_length, walls_length, identity_length. lia.
Qed.

Theorem theorem1_depth d Fs delta B n : depth (theorem1_network d Fs delta B n) = (2 * n + 1)%nat.
Proof.
  enough (H : forall k state, length (levels d Fs delta B n k state) = (2 * n + 1)%nat) by apply H.
  induction n as [| n IH]; intros k state; [reflexivity |]. cbn [levels length]. rewrite IH. lia.
Qed.

Theorem theorem1_width d Fs delta B n :
  (1 <= d)%nat -> (1 <= length Fs)%nat -> Forall (invertible d) Fs ->
  (width (theorem1_network d Fs delta B n) <= 2 * d * length Fs + d + 1)%nat.
Proof.
  intros Hd Hr H. unfold width, theorem1_network. cbn [layers]. generalize (first_state d).
  enough (Hw : forall k state,
             (fold_right Nat.max 0 (map (@length unit_of) (levels d Fs delta B n k state))
              <= 2 * d * length Fs + d + 1)%nat)
    by (intros; apply Hw).
  induction n as [| n IH]; intros k state; cbn [levels map fold_right]; rewrite ?compose_length.
  - rewrite final_layer_length. nia.
  - rewrite wall_layer_length, branch_layer_length by assumption.
    apply Nat.max_lub; [lia |]. apply Nat.max_lub; [nia | apply IH].
Qed.

Corollary theorem1_width_5dr d Fs delta B n :
  (1 <= d)%nat -> (1 <= length Fs)%nat -> Forall (invertible d) Fs ->
  (width (theorem1_network d Fs delta B n) <= 5 * d * length Fs)%nat.
Proof.
  intros Hd Hr H. pose proof (theorem1_width d Fs delta B n Hd Hr H). nia.
Qed.

Lemma walls_shaped n l : layer_shaped n l -> layer_shaped n (flat_map walls l).
Proof.
  induction 1 as [| g l Hg _ IH]; [constructor |]. cbn [flat_map]. apply layer_shaped_app; trivial.
  repeat apply Forall_cons; try apply Forall_nil; simpl; rewrite ?map_length; assumption.
Qed.

Lemma branches_shaped d delta B before Fs r :
  Forall (invertible d) Fs -> r = (before + length Fs)%nat ->
  layer_shaped (1 + d + r * (2 * d)) (branches d delta B before Fs).
Proof.
  intros H. revert before. induction H as [| F Fs HF _ IH]; intros before ->; [constructor |].
  assert (Hsel : forall c, (length (select d before (length Fs) c)
                            = (before + length (F :: Fs)) * (2 * d))%nat).
  { intros c. unfold select. rewrite !app_length, !repeat_length. cbn [length]. lia. }
  cbn [branches]. apply layer_shaped_app; [| apply IH; cbn [length]; lia].
  destruct HF as (_ & _ & _ & HF & _). constructor.
  - cbn [score weights length]. rewrite app_length, repeat_length, Hsel. cbn [length]. lia.
  - apply Forall_map. revert HF. apply Forall_impl. intros g Hg.
    cbn [gate weights length]. rewrite app_length, Hg, Hsel. cbn [length]. lia.
Qed.

Theorem theorem1_shaped d Fs delta B n :
  Forall (invertible d) Fs -> shaped d 1 (theorem1_network d Fs delta B n).
Proof.
  intros H. split; [| reflexivity]. unfold theorem1_network. cbn [layers readout].
  assert (Hs : layer_shaped d (first_state d)).
  { constructor; [apply repeat_length | apply identity_shaped]. }
  enough (Hl : forall k state, layer_shaped k state ->
                 layers_shaped k (levels d Fs delta B n k state) [Unit (repeat (-1) (1 + d * 2)) 0])
    by now apply Hl.
  clear Hs. induction n as [| n IH]; intros k state Hs; cbn [levels layers_shaped].
  - split; [now apply compose_shaped |]. rewrite compose_length, final_layer_length.
    constructor; [| constructor]. cbn [weights]. rewrite repeat_length. lia.
  - split; [now apply compose_shaped |]. split.
    + rewrite compose_length, wall_layer_length by assumption. constructor.
      * cbn [weights carry length]. rewrite repeat_length. lia.
      * replace (2 * d * length Fs + d + 1)%nat with (1 + d + length Fs * (2 * d))%nat by lia.
        now apply branches_shaped.
    + rewrite branch_layer_length by assumption.
      replace (d * length Fs + length Fs + 1)%nat with (1 + length Fs * (1 + d))%nat by lia.
      apply IH, next_state_shaped.
Qed.

(** ** All of it, for maps whose images are separated by delta *)

Theorem theorem1_separated d Fs delta B n :
  (1 <= d)%nat -> (1 <= length Fs)%nat ->
  Forall (invertible d) Fs -> maps_into_base d Fs -> separates d Fs delta -> 1 + 3 / delta <= B ->
  let N := theorem1_network d Fs delta B n in
  shaped d 1 N /\
  depth N = (2 * n + 1)%nat /\
  (width N <= 2 * d * length Fs + d + 1)%nat /\
  forall x, length x = d -> (0 <= output N x <-> K d Fs n x).
Proof.
  intros Hd Hr Hinv Hbase Hsep HB N. repeat split.
  - now apply theorem1_shaped.
  - apply theorem1_depth.
  - now apply theorem1_width.
  - now apply theorem1_correct.
  - now apply theorem1_correct.
Qed.
